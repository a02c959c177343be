"""The two pages between which a user is at the institution."""

from litestar.enums import HttpMethod

from app.domain.connections.authorization import AuthorizationInvalid
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.route import Public, RouteMetadata
from app.presentation.http.routes.connections import INSTITUTION

START_AUTHORIZATION = RouteMetadata(
    method=HttpMethod.GET,
    path="/oauth/authorizations/{link:str}",
    operation_id="start_authorization",
    tag="Pages",
    auth=Public(),
    limit=LimitPolicy.API_READ,
    status=302,
    errors=(AuthorizationInvalid,),
    documented=False,
    is_page=True,
)
FINISH_AUTHORIZATION = RouteMetadata(
    method=HttpMethod.GET,
    path="/oauth/{slug:str}/callback",
    operation_id="finish_authorization",
    tag="Pages",
    auth=Public(),
    limit=LimitPolicy.API_READ,
    errors=(AuthorizationInvalid, *INSTITUTION),
    documented=False,
    is_page=True,
    any_query=True,
)
