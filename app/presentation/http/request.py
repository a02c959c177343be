"""Requests whose JSON is decoded strictly: `"5"` is no number, unknown fields are refused."""

from typing import Any

import msgspec
from litestar import Request


class StrictRequest(Request[Any, Any, Any]):
    """Decodes a body straight into the type its controller method declares."""

    async def json(self) -> Any:
        wanted = self.route_handler.parsed_fn_signature.parameters["data"].annotation
        return msgspec.json.decode(await self.body(), type=wanted)
