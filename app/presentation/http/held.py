"""Answers that are held back until they are whole."""

from collections.abc import Awaitable, Callable

from litestar.types import HTTPResponseStartEvent, Message, Send


def held(send: Send, whole: Callable[[HTTPResponseStartEvent, bytes], Awaitable[bytes]]) -> Send:
    """Send the body that `whole` makes of an answer's; it may change the answer's status and headers too."""
    starts: list[HTTPResponseStartEvent] = []
    body = bytearray()

    async def hold(message: Message) -> None:
        if message["type"] == "http.response.start":
            starts.append(message)
        elif message["type"] == "http.response.body":
            body.extend(message["body"])
            if not message["more_body"]:
                told = await whole(starts[0], bytes(body))
                await send(starts[0])
                await send({"type": "http.response.body", "body": told, "more_body": False})

    return hold
