"""The route registry: what the controllers declare. A test holds that the application serves just that."""

from litestar.enums import HttpMethod

from app.core.loading import load
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.area import DECLARED
from app.presentation.http.route import Public, RouteMetadata

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
load("app.presentation.http.controllers")
ROUTES = (SCHEMA, *DECLARED)
