"""What every request meets before its controller: authentication, authorization, limits of the body.

Deny by default: a route without metadata is refused, whatever it is. Reads all it needs from the route's metadata.
"""

import asyncio
from contextlib import suppress

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, ReceiveMessage, Scope, Send

from app.core.errors import Forbidden, TooLarge, Unauthorized, UnsupportedMedia
from app.domain.identity.actor import Actor
from app.domain.protocols.identity import Authorizer
from app.domain.protocols.sessions import AccessTokens, SessionGate
from app.presentation.http.problems import RefusedError
from app.presentation.http.routes import Body, Requires, RouteMetadata

USER_AGENT_LENGTH_MAX = 512
MULTIPART_BYTES = 4_096  # what the envelope of an upload may add to its file
# Closing a connection on which the client still sends makes it lose the answer (RFC 9112, 9.6): read on for a while.
DRAINED_BYTES_MAX = 128 * 2**20
DRAIN_SECONDS_MAX = 5.0


class PolicyMiddleware(ASGIMiddleware):
    """Lets a request through to its controller, or refuses it."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        handler = scope["route_handler"]
        meta: RouteMetadata | None = handler.opt.get("route")
        if meta is not None:
            try:
                receive = await scope["litestar_app"].state["policy"].admit(scope, receive, meta)
            except RefusedError:
                await drain(scope, receive)
                raise
        elif getattr(handler, "http_methods", None) != {"OPTIONS"}:  # Litestar answers OPTIONS itself
            raise RefusedError(Forbidden())
        await next_app(scope, receive, send)


class Policy:
    """Applies a route's metadata to a request."""

    def __init__(
        self, tokens: AccessTokens, sessions: SessionGate, authorizer: Authorizer, *, json_max: int, upload_max: int
    ) -> None:
        self._tokens = tokens
        self._sessions = sessions
        self._authorizer = authorizer
        self._sizes = dict.fromkeys(Body, json_max) | {Body.UPLOAD: upload_max + MULTIPART_BYTES}

    async def admit(self, scope: Scope, receive: Receive, meta: RouteMetadata) -> Receive:
        """Put the actor into the request's state and answer its body, bounded. Raises `RefusedError`."""
        headers = dict(scope["headers"])
        scope["state"]["actor"] = await self._actor(scope, headers, meta)
        if meta.body is not Body.NONE:
            self._check_media(headers, meta)
        return self._limited(scope, receive, headers, self._sizes[meta.body])

    async def _actor(self, scope: Scope, headers: dict[bytes, bytes], meta: RouteMetadata) -> Actor:
        client = scope.get("client")
        agent = headers.get(b"user-agent", b"")[:USER_AGENT_LENGTH_MAX].decode("latin-1")
        address, trace_id = client[0] if client else None, scope["state"]["trace_id"]
        if not isinstance(meta.auth, Requires):
            return Actor(trace_id=trace_id, ip_address=address, user_agent=agent or None)
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            raise RefusedError(Unauthorized(detail="Send an access token: `Authorization: Bearer ...`."))
        claims = self._tokens.verify(token.strip())
        # The roles are those of now, not those of when the token was issued.
        roles = await self._sessions.roles(claims.session_id, claims.user_id) if claims else None
        if claims is None or roles is None:
            headers_401 = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            raise RefusedError(Unauthorized(detail="The access token is invalid or has ended."), headers_401)
        if not self._authorizer.allows(roles, meta.auth.resource, meta.auth.action):
            raise RefusedError(Forbidden(detail=f"Your role may not {meta.auth.action} {meta.auth.resource}."))
        return Actor(
            trace_id=trace_id,
            user_id=claims.user_id,
            session_id=claims.session_id,
            roles=roles,
            ip_address=address,
            user_agent=agent or None,
        )

    def _check_media(self, headers: dict[bytes, bytes], meta: RouteMetadata) -> None:
        sent = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
        if sent != meta.body.value:
            raise RefusedError(UnsupportedMedia(detail=f"Send `Content-Type: {meta.body.value}`."))

    def _limited(self, scope: Scope, receive: Receive, headers: dict[bytes, bytes], size_max: int) -> Receive:
        """The request's body, refused as soon as it proves too large."""
        declared = headers.get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > size_max:
            raise too_large(size_max)
        received = 0

        async def limited() -> ReceiveMessage:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message["body"])
            if received > size_max:
                await drain(scope, receive)
                raise too_large(size_max)
            return message

        return limited


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
