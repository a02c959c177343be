"""What an operation of the API says of itself, and how a controller method becomes one.

The policy middleware reads who may call it, and how often.
"""

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any

import msgspec
from dishka.integrations.litestar import inject
from litestar import Response
from litestar.di import Provide
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIType, Operation, Parameter, Schema
from msgspec.structs import asdict

from app.core.errors import (
    DomainError,
    Forbidden,
    Invalid,
    KeyReused,
    PreconditionFailed,
    RateLimited,
    TooLarge,
    Unauthorized,
    Unavailable,
    UnsupportedMedia,
)
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.parameters import paging
from app.presentation.http.problems import Problem, RequestRunning, status_of

API = "/api/v1"
KEY_LENGTH_MAX = 255  # of an `Idempotency-Key`


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
    location: str = ""  # below API, where a created thing stands: a field's name in braces becomes its value
    may_wait: bool = False  # 202 where a worker does it
    body: Body = Body.NONE
    body_optional: bool = False
    errors: tuple[type[DomainError], ...] = ()
    documented: bool = True
    is_keyed: bool = False  # an `Idempotency-Key` makes it safe to send again
    has_etag: bool = False  # a GET answers its tag and 304, a change takes `If-Match`
    is_page: bool = False  # people see it in a browser, its refusals as well
    any_query: bool = False  # what the query may say is somebody else's business

    def __post_init__(self) -> None:
        if isinstance(self.auth, Requires) and self.limit is LimitPolicy.UNLIMITED:
            raise TypeError(f"{self.operation_id} has no rate limit")

    @property
    def template(self) -> str:
        """The path as OpenAPI has it: its parameters without their types."""
        return re.sub(r":\w+}", "}", self.path)

    @property
    def refusals(self) -> Iterator[type[DomainError]]:
        """All errors it may answer: its own, and those that follow from its policy and body."""
        yield from self.errors
        yield Invalid  # Litestar checks parameters of every route
        yield Unavailable
        if self.has_etag and self.method is not HttpMethod.GET:
            yield PreconditionFailed
        if self.is_keyed:
            yield from (KeyReused, RequestRunning)
        if self.limit is not LimitPolicy.UNLIMITED:
            yield RateLimited
        if isinstance(self.auth, Requires):
            yield from (Unauthorized, Forbidden)
        if self.body is not Body.NONE:
            yield from (TooLarge, UnsupportedMedia)


def operation(meta: RouteMetadata, method: Callable[..., Any]) -> HTTPRouteHandler:
    """The controller method as the operation `meta` describes, with Dishka's injection applied."""
    return HTTPRouteHandler(
        meta.path,
        http_method=meta.method,
        status_code=meta.status,
        name=meta.operation_id,
        operation_id=meta.operation_id,
        tags=[meta.tag],
        summary=(method.__doc__ or "").strip().partition("\n")[0].rstrip("."),
        responses=_not_modified(meta) | _problems(meta),
        operation_class=_described(meta),
        include_in_schema=meta.documented,
        security=[{"bearer": []}] if isinstance(meta.auth, Requires) else None,
        opt={"route": meta},
        dependencies={"page": Provide(paging, sync_to_thread=False)},
        after_request=_located(f"{API}{meta.location}") if meta.location else None,
        request_max_body_size=None,  # the policy middleware limits bodies, by settings
    )(inject(method))


def _located(location: str) -> Callable[[Response[Any]], Awaitable[Response[Any]]]:
    """Tells where the created thing stands."""

    async def locate(response: Response[Any]) -> Response[Any]:
        made = response.content
        known = msgspec.json.decode(made) if isinstance(made, bytes) else asdict(made)
        response.headers["Location"] = location.format(**known)
        return response

    return locate


def _headers(meta: RouteMetadata) -> Iterator[Parameter]:
    """The headers that a route takes beside those of every route."""
    if meta.is_keyed:
        about = "Any text that is unique to this request: sent again, it gets the answer it had, for 24 hours."
        schema = Schema(type=OpenAPIType.STRING, min_length=1, max_length=KEY_LENGTH_MAX, pattern="^[ -~]+$")
        yield Parameter(name="Idempotency-Key", param_in="header", description=about, schema=schema, required=False)
    if meta.has_etag:
        is_get = meta.method is HttpMethod.GET
        name = "If-None-Match" if is_get else "If-Match"
        about = "The `ETag` you have; if it is still right, the answer is 304." if is_get else "The `ETag` you read."
        schema = Schema(type=OpenAPIType.STRING)
        yield Parameter(name=name, param_in="header", description=about, schema=schema, required=False)


def _described(meta: RouteMetadata) -> type[Operation]:
    """What OpenAPI says of the route, with its headers."""

    @dataclass
    class HeadedOperation(Operation):
        def __post_init__(self) -> None:
            self.parameters = [*(self.parameters or ()), *_headers(meta)] or None

    return HeadedOperation


def _not_modified(meta: RouteMetadata) -> dict[int, ResponseSpec]:
    if not meta.has_etag or meta.method is not HttpMethod.GET:
        return {}
    return {304: ResponseSpec(data_container=None, description="You have it already.", generate_examples=False)}


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
