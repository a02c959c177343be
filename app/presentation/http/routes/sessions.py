"""Operations on sessions and tokens."""

from litestar.enums import HttpMethod

from app.application.identity.create_session import EmailUnverified
from app.application.identity.errors import CredentialsWrong
from app.application.identity.refresh_tokens import RefreshTokenInvalid
from app.core.errors import NotFound
from app.core.paging import CursorInvalid
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.route import API, Body, Public, Requires, RouteMetadata

CREATE_SESSION = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/sessions",
    operation_id="create_session",
    tag="Sessions",
    auth=Public(),
    limit=LimitPolicy.AUTH_LOGIN,
    status=201,
    location=f"{API}/sessions/{{session_id}}",
    body=Body.JSON,
    errors=(CredentialsWrong, EmailUnverified),
)
LIST_SESSIONS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/sessions",
    operation_id="list_sessions",
    tag="Sessions",
    auth=Requires("sessions", "read"),
    limit=LimitPolicy.API_READ,
    errors=(CursorInvalid,),
)
DELETE_OTHER_SESSIONS = RouteMetadata(
    method=HttpMethod.DELETE,
    path=f"{API}/sessions",
    operation_id="delete_other_sessions",
    tag="Sessions",
    auth=Requires("sessions", "write"),
    limit=LimitPolicy.API_WRITE,
    status=204,
)
GET_SESSION = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/sessions/{{session_id:uuid}}",
    operation_id="get_session",
    tag="Sessions",
    auth=Requires("sessions", "read"),
    limit=LimitPolicy.API_READ,
    errors=(NotFound,),
    has_etag=True,
)
DELETE_SESSION = RouteMetadata(
    method=HttpMethod.DELETE,
    path=f"{API}/sessions/{{session_id:uuid}}",
    operation_id="delete_session",
    tag="Sessions",
    auth=Requires("sessions", "write"),
    limit=LimitPolicy.API_WRITE,
    status=204,
    errors=(NotFound,),
)
DELETE_CURRENT_SESSION = RouteMetadata(
    method=HttpMethod.DELETE,
    path=f"{API}/sessions/current",
    operation_id="delete_current_session",
    tag="Sessions",
    auth=Requires("sessions", "write"),
    limit=LimitPolicy.API_WRITE,
    status=204,
)
CONFIRM_SESSION = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/sessions/current/confirmations",
    operation_id="create_session_confirmation",
    tag="Sessions",
    auth=Requires("sessions", "write"),
    limit=LimitPolicy.AUTH_LOGIN,
    status=201,
    body=Body.JSON,
    errors=(CredentialsWrong,),
)
CREATE_TOKENS = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/tokens",
    operation_id="create_tokens",
    tag="Sessions",
    auth=Public(),
    limit=LimitPolicy.AUTH_TOKEN_REFRESH,
    status=201,
    body=Body.JSON,
    errors=(RefreshTokenInvalid,),
)
