"""The outermost layer: gives each request a trace id, and every answer the header that tells it."""

import logging
from time import perf_counter
from uuid import UUID

import structlog
from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from app.application.metrics import Metrics
from app.core.ids import uuid7

HEADER = b"x-trace-id"
METHODS = frozenset(HttpMethod)

log = logging.getLogger(__name__)


class Traced:
    """Wraps the whole application, so that answers to unknown paths are traced as well."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        trace_id = asked(scope) or str(uuid7())
        scope.setdefault("state", {})["trace_id"] = trace_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(trace_id=trace_id)
        started, status = perf_counter(), 0

        async def traced(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (HEADER, trace_id.encode())]
            await send(message)

        await self._app(scope, receive, traced)
        observe(scope, status, perf_counter() - started)


def observe(scope: HTTPScope, status: int, seconds: float) -> None:
    """Count the answer, and log it where that is wanted."""
    route = str(scope.get("path_template") or "no route")  # the path itself may hold a token from a mail
    method = scope["method"] if scope["method"] in METHODS else "other"  # or anybody could make series without end
    metrics: Metrics | None = scope["litestar_app"].state.get("metrics")
    if metrics:
        metrics.answered(method, route, status, seconds)
    if log.isEnabledFor(logging.DEBUG):
        facts = {"status": status, "milliseconds": round(seconds * 1000, 1)}
        log.debug("%s %s", method, route, extra=facts)


def asked(scope: HTTPScope) -> str | None:
    """The caller's own trace id, if it is a UUID: anything else could forge log lines."""
    for name, value in scope["headers"]:
        if name == HEADER:
            try:
                return str(UUID(value.decode("latin-1")))
            except ValueError:
                return None
    return None
