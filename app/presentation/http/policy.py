"""What every request meets before its controller: authentication, rate limits, authorization, limits of its parts.

Deny by default: a route without metadata stops the start, and would be refused. All that applies is read from the
route's metadata. A logged-in user is counted by the verified token of a live session, everybody else by address; never
by the spelling of a path, or what a header or an unsigned token says. Costs one round trip to Redis.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.application.access.record_denial import RecordDenial
from app.application.dispatch import Dispatcher
from app.application.terms import Terms
from app.core.errors import DomainError, Forbidden, RateLimited, Unauthorized
from app.domain.identity.actor import Actor
from app.domain.protocols.identity import Authorizer
from app.domain.protocols.limits import Allowance, LimitPolicy, RateLimiter
from app.domain.protocols.sessions import AccessClaims, AccessTokens, SessionGate
from app.presentation.http.bodies import check_media, drain, limited
from app.presentation.http.client_address import counted_as
from app.presentation.http.problems import RefusedError
from app.presentation.http.route import Requires, RouteMetadata
from app.presentation.http.rules import Queries, Rules

USER_AGENT_LENGTH_MAX = 512

log = logging.getLogger(__name__)


class DeniedError(RefusedError):
    """A refusal that is recorded; `policy` is the rate limit that was exceeded, None where the role was not enough."""

    def __init__(
        self, error: DomainError, headers: Mapping[str, str] | None = None, policy: LimitPolicy | None = None
    ) -> None:
        super().__init__(error, headers)
        self.policy = policy


class PolicyMiddleware(ASGIMiddleware):
    """Lets a request through to its controller, or refuses it."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        handler = scope["route_handler"]
        meta: RouteMetadata | None = handler.opt.get("route")
        if meta is not None:
            try:
                receive = await scope["litestar_app"].state["policy"].admit(scope, receive, meta)
            except RefusedError as refused:
                await drain(scope, receive)
                if isinstance(refused, DeniedError):
                    await recorded(scope, RecordDenial(operation=meta.operation_id, policy=refused.policy))
                raise
        elif getattr(handler, "http_methods", None) == {"OPTIONS"}:
            await tell_methods(scope, send)
            return
        else:
            raise RefusedError(Forbidden())
        await next_app(scope, receive, send)


async def tell_methods(scope: Scope, send: Send) -> None:
    """Answer OPTIONS: Litestar's own answer knows only some of a path's methods."""
    allow = scope["litestar_app"].state["methods"][scope["path_template"]]
    await send({"type": "http.response.start", "status": 204, "headers": [(b"allow", allow)]})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def recorded(scope: Scope, denial: RecordDenial) -> None:
    """Have the denial recorded; whoever was denied is told so in any case."""
    try:
        dispatch = await scope["state"]["dishka_container"].get(Dispatcher)
        await dispatch(denial)
    except Exception:  # above all the database's absence: it must not turn a refusal into a fault
        log.exception("A denial of %s could not be recorded", denial.operation)


class Policy:
    """Applies a route's metadata to a request."""

    queries: Queries
    """Known when the application stands."""

    def __init__(
        self, tokens: AccessTokens, sessions: SessionGate, limiter: RateLimiter, authorizer: Authorizer, rules: Rules
    ) -> None:
        self._tokens = tokens
        self._sessions = sessions
        self._limiter = limiter
        self._authorizer = authorizer
        self._rules = rules

    async def admit(self, scope: Scope, receive: Receive, meta: RouteMetadata) -> Receive:
        """Put the actor into the request's state and answer its body, bounded. Raises `RefusedError`."""
        headers = dict(scope["headers"])
        scope["state"]["actor"] = self._anybody(scope, headers)
        scope["state"]["terms"] = Terms()
        if isinstance(meta.auth, Requires):
            await self._authenticate(scope, headers, meta)
            self._authorize(scope, meta.auth)
        else:
            await self._count(scope, meta)
        if scope["query_string"] and not meta.any_query:
            self.queries.check(scope["query_string"], meta.operation_id)
        if not (meta.body_optional and b"content-type" not in headers):
            check_media(headers, meta.body)
        return limited(scope, receive, headers, self._rules.sizes[meta.body])

    def lost(self, scope: Scope) -> RefusedError | None:
        """Count a request that found no route, by its address; a refusal where there are too many."""
        bucket = self._rules.lost(counted_as(self._address(scope)))
        wait = self._limiter.take_here(bucket).retry_after_seconds
        return RefusedError(too_often(wait)) if wait else None

    def _address(self, scope: Scope) -> str | None:
        client = scope.get("client")
        return self._rules.addresses.find(client[0] if client else None, scope["headers"])

    def _anybody(self, scope: Scope, headers: dict[bytes, bytes]) -> Actor:
        agent = headers.get(b"user-agent", b"")[:USER_AGENT_LENGTH_MAX].decode("latin-1")
        return Actor(
            trace_id=scope["state"]["trace_id"],
            ip_address=self._address(scope),
            user_agent=agent or None,
        )

    async def _authenticate(self, scope: Scope, headers: dict[bytes, bytes], meta: RouteMetadata) -> None:
        """Make the user whose session is live the actor."""
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        is_bearer = scheme.lower() == "bearer"
        claims = self._tokens.verify(token.strip()) if is_bearer else None
        if claims and await self._enter(scope, meta, claims):
            return
        await self._count(scope, meta)
        if not is_bearer:
            raise RefusedError(Unauthorized(detail="Send an access token: `Authorization: Bearer ...`."))
        headers_401 = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise RefusedError(Unauthorized(detail="The access token is invalid or has ended."), headers_401)

    async def _enter(self, scope: Scope, meta: RouteMetadata, claims: AccessClaims) -> bool:
        """Whether the session that the claims name is live; then its user is the actor, and counted."""
        bucket = self._rules.bucket(meta, str(claims.user_id))
        entry = await self._sessions.enter(claims.session_id, claims.user_id, bucket)
        if entry is None:
            return False
        # The roles are those of now, not those of when the token was issued.
        who = {"user_id": claims.user_id, "session_id": claims.session_id, "roles": entry.roles}
        scope["state"]["actor"] = replace(scope["state"]["actor"], **who)
        heed(scope, meta, entry.allowance)
        return True

    def _authorize(self, scope: Scope, needed: Requires) -> None:
        if not self._authorizer.allows(scope["state"]["actor"].roles, needed.resource, needed.action):
            raise DeniedError(Forbidden(detail=f"Your role may not {needed.action} {needed.resource}."))

    async def _count(self, scope: Scope, meta: RouteMetadata) -> None:
        """Count who is known by address only."""
        if meta.limit is not LimitPolicy.UNLIMITED:
            bucket = self._rules.bucket(meta, counted_as(scope["state"]["actor"].ip_address))
            heed(scope, meta, await self._limiter.take(bucket))


def heed(scope: Scope, meta: RouteMetadata, allowance: Allowance) -> None:
    """Tell the allowance in headers of whatever will be answered. Raises `RefusedError` where nothing is left."""
    headers = scope["state"]["headers"]
    if allowance.limit is not None:
        headers["x-ratelimit-limit"] = str(allowance.limit)
        headers["x-ratelimit-remaining"] = str(allowance.remaining)
        headers["x-ratelimit-reset"] = str(allowance.reset_at)
    if allowance.is_degraded:
        headers["x-ratelimit-policy"] = "degraded"
    wait = allowance.retry_after_seconds
    if not wait:
        return
    error = too_often(wait)
    raise DeniedError(error, policy=meta.limit) if allowance.is_first_denial else RefusedError(error)


def too_often(wait_seconds: int) -> RateLimited:
    return RateLimited(detail=f"Try again in {wait_seconds} s.", retry_after_seconds=wait_seconds)
