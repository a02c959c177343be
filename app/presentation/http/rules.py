"""What the settings and the registry say of every request, in the form the policy asks for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import OpenAPIFormat, OpenAPIType, Operation, Parameter, Schema
from litestar.routes import HTTPRoute

from app.core.errors import FieldError, Invalid
from app.domain.protocols.limits import Bucket, LimitPolicy
from app.presentation.http.client_address import ClientAddresses
from app.presentation.http.problems import RefusedError
from app.presentation.http.route import Body, RouteMetadata

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:")
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A bucket's size, and how much of it a second gives back."""

    capacity: int
    refill_per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    addresses: ClientAddresses
    sizes: Mapping[Body, int]
    limits: Mapping[LimitPolicy, Rate]

    def bucket(self, meta: RouteMetadata, principal: str) -> Bucket:
        """The bucket of the route for somebody."""
        return self._bucket(meta.limit, meta.operation_id, principal)

    def lost(self, principal: str) -> Bucket:
        """The bucket of all requests for what is not there."""
        return self._bucket(LimitPolicy.API_READ, "no route", principal)

    def _bucket(self, limit: LimitPolicy, operation: str, principal: str) -> Bucket:
        rate = self.limits[limit]
        return Bucket(
            principal=principal,
            operation=operation,
            capacity=rate.capacity,
            refill_per_second=rate.refill_per_second,
            is_strict=limit.is_strict,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryKind:
    """Whether a parameter may be given several times, and whether it is an instant: those are read leniently else."""

    is_list: bool = False
    is_instant: bool = False


class Queries:
    """The query parameters of each operation."""

    def __init__(self, known: Mapping[str, Mapping[str, QueryKind]]) -> None:
        self._known = known

    @classmethod
    def of(cls, app: Litestar) -> Self:
        """As the application's own OpenAPI has them."""
        operations = [
            operation
            for path in (app.openapi_schema.paths or {}).values()
            for method in METHODS
            if (operation := getattr(path, method))
        ]
        return cls({str(operation.operation_id): parameters(operation) for operation in operations})

    def check(self, query: bytes, operation_id: str) -> None:
        """Refuse what no parameter is called or is said twice: a filter that is ignored answers wrongly."""
        known = self._known.get(operation_id, {})
        seen: set[str] = set()
        for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
            if name not in known:
                names = ", ".join(known) or "none"
                raise refused(name, f"There is no such parameter; there are: {names}.")
            if name in seen and not known[name].is_list:
                raise refused(name, "Say it once.")
            if known[name].is_instant and not INSTANT.match(value):
                raise refused(name, "Send an instant with its offset: 2026-01-31T12:00:00Z.")
            seen.add(name)


def parameters(operation: Operation) -> dict[str, QueryKind]:
    found = [one for one in operation.parameters or () if isinstance(one, Parameter) and one.param_in == "query"]
    return {one.name: kind(one.schema) for one in found}


def kind(schema: Any) -> QueryKind:
    branches = [schema, *((schema.one_of or ()) if isinstance(schema, Schema) else ())]
    schemas = [branch for branch in branches if isinstance(branch, Schema)]
    return QueryKind(
        is_list=any(branch.type == OpenAPIType.ARRAY for branch in schemas),
        is_instant=any(branch.format == OpenAPIFormat.DATE_TIME for branch in schemas),
    )


def refused(name: str, detail: str) -> RefusedError:
    shown = name[:100]
    fault = FieldError(field=shown, code="invalid", detail=detail)
    return RefusedError(Invalid(detail=f"{shown}: {detail}", errors=(fault,)))


def methods(app: Litestar) -> dict[str, bytes]:
    """What `Allow` says of each path."""
    found: dict[str, set[str]] = {}
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            found.setdefault(route.path_format, set()).update(route.route_handler_map)
    return {path: ", ".join(sorted(names)).encode() for path, names in found.items()}


def require_metadata(app: Litestar) -> None:
    """Refuse to start with a route that says nothing of who may use it, and how often."""
    for route in app.routes:
        handlers = route.route_handlers if isinstance(route, HTTPRoute) else [route.route_handler]
        for handler in handlers:
            if isinstance(handler, HTTPRouteHandler) and handler.http_methods == {"OPTIONS"}:
                continue  # Litestar answers OPTIONS itself
            if not isinstance(handler.opt.get("route"), RouteMetadata):
                raise TypeError(f"{route.path} has no metadata: attach a RouteMetadata with @route")
