"""The outermost layer of HTTP: what every answer says to browsers and caches, and HEAD.

Answers belong to their reader: nothing is stored unless a controller says so. What a controller says wins.
"""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

YEAR_SECONDS = 31_536_000
DEFAULTS = {
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"cross-origin-resource-policy": b"same-origin",
    b"referrer-policy": b"no-referrer",
    b"strict-transport-security": b"max-age=%d; includeSubDomains" % YEAR_SECONDS,
    b"x-content-type-options": b"nosniff",
}


class Surface:
    """Answers HEAD as GET without its body, and gives every answer the headers above."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"
        if is_head:
            scope["method"] = "GET"
        added: dict[str, str] = scope.setdefault("state", {}).setdefault("headers", {})

        async def surfaced(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = [*map(with_head, message.get("headers", ()))]
                names = {name for name, _ in told}
                told += ((name, value) for name, value in DEFAULTS.items() if name not in names)
                message["headers"] = [*told, *((name.encode(), value.encode()) for name, value in added.items())]
            elif is_head and message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        await self._app(scope, receive, surfaced)


def with_head(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Whoever may GET may HEAD."""
    name, value = header[0].lower(), header[1]
    return name, value + b", HEAD" if name == b"allow" and b"GET" in value else value
