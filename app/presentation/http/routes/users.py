"""Operations on users, and the mailed tokens that prove an address."""

from litestar.enums import HttpMethod

from app.application.identity.errors import ConfirmationRequired, CredentialsWrong, EmailInvalid, MailTokenInvalid
from app.application.identity.register_user import EmailTaken
from app.domain.identity.password import PasswordTooWeak
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.route import API, Body, Public, Requires, RouteMetadata

CREATE_USER = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/users",
    operation_id="create_user",
    tag="Users",
    auth=Public(),
    limit=LimitPolicy.AUTH_REGISTER,
    status=201,
    location=f"{API}/users/me",
    body=Body.JSON,
    is_keyed=True,
    errors=(EmailInvalid, PasswordTooWeak, EmailTaken),
)
GET_CURRENT_USER = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/users/me",
    operation_id="get_current_user",
    tag="Users",
    auth=Requires("users", "read"),
    limit=LimitPolicy.API_READ,
    has_etag=True,
)
CREATE_EMAIL_VERIFICATION = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/email-verifications",
    operation_id="create_email_verification",
    tag="Users",
    auth=Public(),
    limit=LimitPolicy.AUTH_PASSWORD_RESET,
    status=201,
    body=Body.JSON,
    errors=(MailTokenInvalid,),
)
UPDATE_CURRENT_USER = RouteMetadata(
    method=HttpMethod.PATCH,
    path=f"{API}/users/me",
    operation_id="update_current_user",
    tag="Users",
    auth=Requires("users", "write"),
    limit=LimitPolicy.API_WRITE,
    body=Body.JSON,
    has_etag=True,
)
DELETE_CURRENT_USER = RouteMetadata(
    method=HttpMethod.DELETE,
    path=f"{API}/users/me",
    operation_id="delete_current_user",
    tag="Users",
    auth=Requires("users", "write"),
    limit=LimitPolicy.API_WRITE,
    status=204,
    errors=(ConfirmationRequired,),
)
CHANGE_PASSWORD = RouteMetadata(
    method=HttpMethod.PUT,
    path=f"{API}/users/me/password",
    operation_id="change_password",
    tag="Users",
    auth=Requires("password", "write"),
    limit=LimitPolicy.AUTH_LOGIN,
    status=204,
    body=Body.JSON,
    errors=(CredentialsWrong, PasswordTooWeak),
)
CREATE_EMAIL_VERIFICATION_TOKEN = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/email-verification-tokens",
    operation_id="create_email_verification_token",
    tag="Users",
    auth=Public(),
    limit=LimitPolicy.AUTH_PASSWORD_RESET,
    status=201,
    body=Body.JSON,
)
CREATE_PASSWORD_RESET_TOKEN = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/password-reset-tokens",
    operation_id="create_password_reset_token",
    tag="Users",
    auth=Public(),
    limit=LimitPolicy.AUTH_PASSWORD_RESET,
    status=201,
    body=Body.JSON,
)
CREATE_PASSWORD_RESET = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/password-resets",
    operation_id="create_password_reset",
    tag="Users",
    auth=Public(),
    limit=LimitPolicy.AUTH_PASSWORD_RESET,
    status=201,
    body=Body.JSON,
    errors=(MailTokenInvalid, PasswordTooWeak),
)
