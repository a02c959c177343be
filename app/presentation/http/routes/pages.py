"""The pages that links in mail open. Reading one changes nothing, as scanners of mail open links too."""

from litestar.enums import HttpMethod

from app.domain.identity.password import PasswordTooWeak
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.problems import LinkBroken
from app.presentation.http.route import Body, Public, RouteMetadata

SHOW_EMAIL_VERIFICATION = RouteMetadata(
    method=HttpMethod.GET,
    path="/verify-email/{token:str}",
    operation_id="show_email_verification",
    tag="Pages",
    auth=Public(),
    limit=LimitPolicy.API_READ,
    errors=(LinkBroken,),
    documented=False,
    is_page=True,
)
SUBMIT_EMAIL_VERIFICATION = RouteMetadata(
    method=HttpMethod.POST,
    path="/verify-email/{token:str}",
    operation_id="submit_email_verification",
    tag="Pages",
    auth=Public(),
    limit=LimitPolicy.AUTH_PASSWORD_RESET,
    body=Body.FORM,
    errors=(LinkBroken,),
    documented=False,
    is_page=True,
)
SHOW_PASSWORD_RESET = RouteMetadata(
    method=HttpMethod.GET,
    path="/reset-password/{token:str}",
    operation_id="show_password_reset",
    tag="Pages",
    auth=Public(),
    limit=LimitPolicy.API_READ,
    errors=(LinkBroken,),
    documented=False,
    is_page=True,
)
SUBMIT_PASSWORD_RESET = RouteMetadata(
    method=HttpMethod.POST,
    path="/reset-password/{token:str}",
    operation_id="submit_password_reset",
    tag="Pages",
    auth=Public(),
    limit=LimitPolicy.AUTH_PASSWORD_RESET,
    body=Body.FORM,
    errors=(LinkBroken, PasswordTooWeak),
    documented=False,
    is_page=True,
)
