"""Operations of administrators."""

from litestar.enums import HttpMethod

from app.application.admin.update_registered_user import LastAdmin
from app.application.identity.errors import EmailUnknown
from app.core.errors import NotFound
from app.core.paging import CursorInvalid
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.route import API, Body, Requires, RouteMetadata

LIST_USERS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/admin/users",
    operation_id="list_users",
    tag="Administration",
    auth=Requires("admin", "read"),
    limit=LimitPolicy.API_READ,
    errors=(CursorInvalid,),
)
GET_USER = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/admin/users/{{user_id:uuid}}",
    operation_id="get_user",
    tag="Administration",
    auth=Requires("admin", "read"),
    limit=LimitPolicy.API_READ,
    errors=(NotFound,),
    has_etag=True,
)
UPDATE_USER = RouteMetadata(
    method=HttpMethod.PATCH,
    path=f"{API}/admin/users/{{user_id:uuid}}",
    operation_id="update_user",
    tag="Administration",
    auth=Requires("admin", "write"),
    limit=LimitPolicy.API_WRITE,
    body=Body.JSON,
    errors=(NotFound, LastAdmin),
    has_etag=True,
)
CREATE_USER_ROTATION = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/admin/users/{{user_id:uuid}}/rotations",
    operation_id="create_user_rotation",
    tag="Administration",
    auth=Requires("security", "write"),
    limit=LimitPolicy.API_WRITE,
    status=201,
    body=Body.JSON,
    errors=(NotFound, EmailUnknown),
)
CREATE_ROTATION = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/admin/security/rotations",
    operation_id="create_rotation",
    tag="Administration",
    auth=Requires("security", "write"),
    limit=LimitPolicy.API_WRITE,
    status=201,
    location=f"{API}/admin/security/config",
    body=Body.JSON,
)
GET_SECURITY_CONFIG = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/admin/security/config",
    operation_id="get_security_config",
    tag="Administration",
    auth=Requires("security", "read"),
    limit=LimitPolicy.API_READ,
)
GET_JOBS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/admin/jobs",
    operation_id="get_jobs",
    tag="Administration",
    auth=Requires("admin", "read"),
    limit=LimitPolicy.API_READ,
)
