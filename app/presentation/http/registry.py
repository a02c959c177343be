"""The route registry: what the modules of `routes` declare. A test holds that the application serves just that."""

from app.core.loading import load
from app.presentation.http.route import RouteMetadata

ROUTES = tuple(
    value
    for module in load("app.presentation.http.routes")
    for value in vars(module).values()
    if isinstance(value, RouteMetadata)
)
