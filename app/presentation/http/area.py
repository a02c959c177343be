"""Areas of the API: their decorators make operations of controller methods.

`@imports.post("/imports", ...)`: the method's name is the operation's id; what is not said follows from area and verb.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler

from app.core.errors import DomainError
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.route import API, Body, Public, Requires, RouteMetadata, operation

DECLARED: list[RouteMetadata] = []

type Decorator = Callable[[Callable[..., Any]], HTTPRouteHandler]


class Traits(TypedDict, total=False):
    """What a decorator may say of its route; the rest follows from area, method and name."""

    auth: Public | Requires
    limit: LimitPolicy
    status: int
    location: str
    may_wait: bool
    body: Body
    body_optional: bool
    errors: tuple[type[DomainError], ...]
    is_keyed: bool
    has_etag: bool
    any_query: bool


@dataclass(frozen=True, slots=True)
class Area:
    """Routes under one tag. Whoever may read or write the resource may call them; without a resource, anyone."""

    tag: str
    resource: str = ""
    prefix: str = API
    is_page: bool = False  # of the site, not of the API

    def get(self, path: str, **traits: Unpack[Traits]) -> Decorator:
        return self._route(HttpMethod.GET, path, traits)

    def post(self, path: str, **traits: Unpack[Traits]) -> Decorator:
        """Answers 201, unless told otherwise."""
        return self._route(HttpMethod.POST, path, {"status": 201, **traits})

    def put(self, path: str, **traits: Unpack[Traits]) -> Decorator:
        return self._route(HttpMethod.PUT, path, traits)

    def patch(self, path: str, **traits: Unpack[Traits]) -> Decorator:
        return self._route(HttpMethod.PATCH, path, traits)

    def delete(self, path: str, **traits: Unpack[Traits]) -> Decorator:
        """Answers 204, unless told otherwise."""
        return self._route(HttpMethod.DELETE, path, {"status": 204, **traits})

    def _route(self, method: HttpMethod, path: str, traits: Traits) -> Decorator:
        reads = method is HttpMethod.GET
        auth = Requires(self.resource, "read" if reads else "write") if self.resource else Public()
        usual: Traits = {"auth": auth, "limit": LimitPolicy.API_READ if reads else LimitPolicy.API_WRITE}

        def decorate(function: Callable[..., Any]) -> HTTPRouteHandler:
            meta = RouteMetadata(
                method=method,
                path=f"{self.prefix}{path}",
                operation_id=function.__name__,
                tag=self.tag,
                documented=not self.is_page,
                is_page=self.is_page,
                **usual | traits,
            )
            DECLARED.append(meta)
            return operation(meta, function)

        return decorate
