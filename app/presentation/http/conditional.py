"""`ETag`, `If-None-Match` and `If-Match` (RFC 9110, 13) on single resources, from the metadata of their routes.

`has_etag` on a GET: its answers carry a tag of their content, and whoever has that content already gets 304. On a
PATCH, PUT or DELETE of the same path: with `If-Match` it is carried out only while the resource is as it was read, else
412. That is checked when the command has made its change and not yet committed it, by reading what is committed: so a
use case need do nothing, but must have changed or locked the resource's row, as changing it does. Costs a hash of each
answer; with `If-Match` one read more.
"""

from collections.abc import Iterator
from functools import partial
from hashlib import blake2b
from typing import cast

from litestar import Litestar
from litestar.enums import HttpMethod, ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, HTTPResponseStartEvent, HTTPScope, Message, Receive, ReceiveMessage, Scope, Send
from litestar.utils.scope.state import CONNECTION_STATE_KEY

from app.application.terms import Terms
from app.domain.identity.actor import Actor
from app.presentation.http.held import held
from app.presentation.http.problems import RefusedError
from app.presentation.http.route import RouteMetadata

ANY = b"*"
# What a 304 may say of the content it does not bring.
OF_CONTENT = frozenset({b"content-type", b"content-length"})


class ConditionalMiddleware(ASGIMiddleware):
    """Comes after the policy, so that conditions are told to nobody who may not ask."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        meta: RouteMetadata | None = scope["route_handler"].opt.get("route")
        if meta is not None and meta.has_etag:
            if meta.method is HttpMethod.GET:
                send = held(send, partial(tagged, scope))
            elif wanted := [*tags(scope, b"if-match")]:
                terms: Terms = scope["state"]["terms"]
                terms.is_unchanged = partial(is_unchanged, scope, meta, wanted)
        await next_app(scope, receive, send)


async def tagged(scope: Scope, start: HTTPResponseStartEvent, body: bytes) -> bytes:
    """Give an answer its tag; nothing of its content is told to whoever has that."""
    if start["status"] != 200:  # noqa: PLR2004  # OK: only that has content to compare
        return body
    tag = tag_of(scope, body)
    known = [*tags(scope, b"if-none-match")]
    start["headers"] = [*start["headers"], (b"etag", tag)]
    if ANY not in known and tag not in (one.removeprefix(b"W/") for one in known):
        return body
    start["status"] = 304
    start["headers"] = [header for header in start["headers"] if header[0].lower() not in OF_CONTENT]
    return b""


def tags(scope: Scope, wanted: bytes) -> Iterator[bytes]:
    """The tags in a header; ours have no comma."""
    for name, value in scope["headers"]:
        if name == wanted:
            yield from filter(None, (tag.strip() for tag in value.split(b",")))


def tag_of(scope: Scope, body: bytes) -> bytes:
    """A strong tag of what somebody reads; nobody else has it."""
    actor: Actor = scope["state"]["actor"]
    reader = actor.user_id.bytes if actor.user_id else b""
    return b'"%b"' % blake2b(body, digest_size=16, key=reader).hexdigest().encode()


async def is_unchanged(scope: Scope, meta: RouteMetadata, wanted: list[bytes]) -> bool:
    """Whether what is committed is what the caller read."""
    body = await read(scope, meta)
    return body is not None and (ANY in wanted or tag_of(scope, body) in wanted)


async def read(scope: Scope, meta: RouteMetadata) -> bytes | None:
    """What a GET of the same path answers the same caller now; None where there is nothing."""
    route: HTTPRoute = scope["litestar_app"].state["routes"][meta.path]
    asked = cast(HTTPScope, scope.copy())
    asked["method"] = HttpMethod.GET
    asked["query_string"] = b""
    asked["route_handler"], _ = route.route_handler_map["GET"]
    # What Litestar remembers of a request, as its body, belongs to the change alone.
    asked["state"] = {name: value for name, value in scope["state"].items() if name != CONNECTION_STATE_KEY}
    found: list[bytes] = []

    async def receive() -> ReceiveMessage:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            found.append(message["body"])

    try:
        await route.handle(asked, receive, send)
    except RefusedError:
        return None
    return b"".join(found)


def tagged_routes(app: Litestar) -> dict[str, HTTPRoute]:
    """The routes by the paths of their metadata. Raises TypeError where a tag could not be compared with anything."""
    known = {
        handler.opt["route"].path: (route, {one.opt.get("route") for one in route.route_handlers})
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if "route" in handler.opt
    }
    for path, (_, metas) in known.items():
        tagged = {meta.method for meta in metas if meta and meta.has_etag}
        if tagged and HttpMethod.GET not in tagged:
            raise TypeError(f"{path} takes If-Match, but no GET of it has_etag")
    return {path: route for path, (route, _) in known.items()}
