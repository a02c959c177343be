"""Requests whose JSON is decoded strictly: `"5"` is no number, unknown fields are refused."""

from typing import Any

import msgspec
from litestar import Request


class StrictRequest(Request[Any, Any, Any]):
    """Decodes a body straight into the type its controller method declares."""

    async def json(self) -> Any:
        wanted = self.route_handler.parsed_fn_signature.parameters["data"].annotation
        body = await self.body()
        try:
            return msgspec.json.decode(body, type=wanted)
        except UnicodeDecodeError as error:
            raise msgspec.DecodeError(str(error)) from error
