"""What a request carries: of the right kind, and no more than allowed."""

import asyncio
from contextlib import suppress

from litestar.types import Receive, ReceiveMessage, Scope

from app.core.errors import TooLarge, UnsupportedMedia
from app.presentation.http.problems import RefusedError
from app.presentation.http.route import Body

# Closing a connection on which the client still sends makes it lose the answer (RFC 9112, 9.6): read on for a while.
DRAINED_BYTES_MAX = 128 * 2**20
DRAIN_SECONDS_MAX = 5.0


def check_media(headers: dict[bytes, bytes], body: Body) -> None:
    """Refuse another kind of content than the route takes."""
    sent = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
    if body is not Body.NONE and sent != body.value:
        raise RefusedError(UnsupportedMedia(detail=f"Send `Content-Type: {body.value}`."))


def limited(scope: Scope, receive: Receive, headers: dict[bytes, bytes], size_max: int) -> Receive:
    """The request's body, refused as soon as it proves too large."""
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > size_max:
        raise too_large(size_max)
    received = 0

    async def bounded() -> ReceiveMessage:
        nonlocal received
        message = await receive()
        if message["type"] == "http.request":
            received += len(message["body"])
        if received > size_max:
            await drain(scope, receive)
            raise too_large(size_max)
        return message

    return bounded


def too_large(size_max: int) -> RefusedError:
    return RefusedError(TooLarge(detail=f"The limit is {size_max:,} bytes."))


async def drain(scope: Scope, receive: Receive) -> None:
    """Read what is left of a refused request and forget it, unless the client waits for a word before it sends."""
    if any(name == b"expect" for name, _ in scope["headers"]):
        return
    left = DRAINED_BYTES_MAX
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS_MAX):
            while left > 0:
                message = await receive()
                if message["type"] != "http.request" or not message["more_body"]:
                    return
                left -= len(message["body"])
