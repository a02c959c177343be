"""Operations of the system itself."""

from litestar.enums import HttpMethod

from app.core.errors import NotFound, Unauthorized
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.route import Public, RouteMetadata

GET_LIVENESS = RouteMetadata(
    method=HttpMethod.GET,
    path="/health/live",
    operation_id="get_liveness",
    tag="System",
    auth=Public(),
    limit=LimitPolicy.UNLIMITED,
)
GET_READINESS = RouteMetadata(
    method=HttpMethod.GET,
    path="/health/ready",
    operation_id="get_readiness",
    tag="System",
    auth=Public(),
    limit=LimitPolicy.UNLIMITED,
)
GET_METRICS = RouteMetadata(
    method=HttpMethod.GET,
    path="/metrics",
    operation_id="get_metrics",
    tag="System",
    auth=Public(),
    limit=LimitPolicy.UNLIMITED,
    errors=(Unauthorized,),
)
GET_JWKS = RouteMetadata(
    method=HttpMethod.GET,
    path="/.well-known/jwks.json",
    operation_id="get_jwks",
    tag="System",
    auth=Public(),
    limit=LimitPolicy.API_READ,
)
GET_PROBLEM = RouteMetadata(
    method=HttpMethod.GET,
    path="/problems/{code:str}",
    operation_id="get_problem",
    tag="System",
    auth=Public(),
    limit=LimitPolicy.API_READ,
    errors=(NotFound,),
)
# Litestar serves these itself; they are no part of the API they describe.
SCHEMA = RouteMetadata(
    method=HttpMethod.GET,
    path="/schema",
    operation_id="schema",
    tag="System",
    auth=Public(),
    limit=LimitPolicy.API_READ,
    documented=False,
)
