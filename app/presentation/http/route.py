"""What an operation of the API says of itself, and how a controller method becomes one.

A controller method becomes an operation by `@route(META)`; the policy middleware reads who may call it, and how often.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any

from dishka.integrations.litestar import inject
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec

from app.core.errors import (
    DomainError,
    Forbidden,
    Invalid,
    KeyReused,
    RateLimited,
    TooLarge,
    Unauthorized,
    Unavailable,
    UnsupportedMedia,
)
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.problems import Problem, RequestRunning, status_of

API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Public:
    """Anyone may call it."""


@dataclass(frozen=True, slots=True)
class Requires:
    """A logged-in user whose role may do this to such a resource."""

    resource: str
    action: str


class Body(Enum):
    """What a request carries, hence its media type and its limit of size."""

    NONE = None
    JSON = "application/json"
    FORM = "application/x-www-form-urlencoded"
    UPLOAD = "multipart/form-data"


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteMetadata:
    method: HttpMethod
    path: str
    operation_id: str
    tag: str
    auth: Public | Requires
    limit: LimitPolicy
    status: int = 200
    body: Body = Body.NONE
    body_optional: bool = False
    errors: tuple[type[DomainError], ...] = ()
    documented: bool = True
    is_keyed: bool = False  # an `Idempotency-Key` makes it safe to send again
    is_page: bool = False  # people see it in a browser, its refusals as well
    any_query: bool = False  # what the query may say is somebody else's business

    def __post_init__(self) -> None:
        if isinstance(self.auth, Requires) and self.limit is LimitPolicy.UNLIMITED:
            raise TypeError(f"{self.operation_id} has no rate limit")

    @property
    def refusals(self) -> Iterator[type[DomainError]]:
        """All errors it may answer: its own, and those that follow from its policy and body."""
        yield from self.errors
        yield Invalid  # Litestar checks parameters of every route
        yield Unavailable
        if self.is_keyed:
            yield from (KeyReused, RequestRunning)
        if self.limit is not LimitPolicy.UNLIMITED:
            yield RateLimited
        if isinstance(self.auth, Requires):
            yield from (Unauthorized, Forbidden)
        if self.body is not Body.NONE:
            yield from (TooLarge, UnsupportedMedia)


def route(meta: RouteMetadata) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    """Turn a controller method into the operation `meta` describes, with Dishka's injection applied."""

    def decorate(method: Callable[..., Any]) -> HTTPRouteHandler:
        return HTTPRouteHandler(
            meta.path,
            http_method=meta.method,
            status_code=meta.status,
            name=meta.operation_id,
            operation_id=meta.operation_id,
            tags=[meta.tag],
            summary=(method.__doc__ or "").strip().partition("\n")[0].rstrip("."),
            responses=_problems(meta),
            include_in_schema=meta.documented,
            security=[{"bearer": []}] if isinstance(meta.auth, Requires) else None,
            opt={"route": meta},
            request_max_body_size=None,  # the policy middleware limits bodies, by settings
        )(inject(method))

    return decorate


def _problems(meta: RouteMetadata) -> dict[int, ResponseSpec]:
    """What OpenAPI says of the refusals: one response a status, naming the codes."""
    codes: dict[int, list[str]] = {}
    for error in dict.fromkeys(meta.refusals):
        codes.setdefault(status_of(error), []).append(error.code)
    return {
        status: ResponseSpec(
            data_container=Problem,
            description=f"{HTTPStatus(status).phrase}: {', '.join(names)}",
            media_type="application/problem+json",
            generate_examples=False,
        )
        for status, names in sorted(codes.items())
    }
