"""The pages that links in mail open, for people without a program that speaks the API."""

from urllib.parse import parse_qs

import msgspec
from dishka.integrations.litestar import FromDishka
from litestar import Controller, Response
from litestar.params import FromPath, RawBody

from app.application.fields import MailTokenText
from app.application.identity.errors import MailTokenInvalid
from app.application.identity.policy import IdentityPolicy
from app.application.identity.reset_password import ResetPassword
from app.application.identity.verify_email import VerifyEmail
from app.core.errors import Invalid
from app.core.result import Failure, Result
from app.domain.identity.password import LENGTH_MAX, PasswordTooWeak
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.answer import unwrapped
from app.presentation.http.area import Area
from app.presentation.http.pages import page
from app.presentation.http.parameters import Dispatch
from app.presentation.http.problems import LinkBroken, RefusedError
from app.presentation.http.route import Body

pages = Area("Pages", prefix="", is_page=True)


class PageController(Controller):
    @pages.get("/verify-email/{token:str}", errors=(LinkBroken,))
    async def show_email_verification(self, token: FromPath[str]) -> Response[str]:
        """Ask whether to verify the address."""
        checked(token)
        return page("verify_email")

    @pages.post(
        "/verify-email/{token:str}",
        limit=LimitPolicy.AUTH_PASSWORD_RESET,
        status=200,
        body=Body.FORM,
        errors=(LinkBroken,),
    )
    async def submit_email_verification(self, token: FromPath[str], dispatch: Dispatch) -> Response[str]:
        """Verify the address."""
        opened(await dispatch(VerifyEmail(token=checked(token))))
        return page("done", title="Your e-mail address is verified", text="You can log in now, and close this page.")

    @pages.get("/reset-password/{token:str}", errors=(LinkBroken,))
    async def show_password_reset(self, token: FromPath[str], policy: FromDishka[IdentityPolicy]) -> Response[str]:
        """Ask for a new password."""
        checked(token)
        return password_form(policy)

    @pages.post(
        "/reset-password/{token:str}",
        limit=LimitPolicy.AUTH_PASSWORD_RESET,
        status=200,
        body=Body.FORM,
        errors=(LinkBroken, PasswordTooWeak),
    )
    async def submit_password_reset(
        self, token: FromPath[str], body: RawBody, dispatch: Dispatch, policy: FromDishka[IdentityPolicy]
    ) -> Response[str]:
        """Set the new password, or say why it will not do."""
        sent = {"token": checked(token), "new_password": field(body, "new_password")}
        result = await dispatch(msgspec.convert(sent, ResetPassword))
        if isinstance(result, Failure) and isinstance(result.error, PasswordTooWeak):
            return password_form(policy, fault=result.error.detail)
        opened(result)
        return page("done", title="Your password is changed", text="All sessions have ended. Log in with the new one.")


def password_form(policy: IdentityPolicy, fault: str = "") -> Response[str]:
    status = 400 if fault else 200
    return page("reset_password", status, fault=fault, length_min=policy.password_length_min, length_max=LENGTH_MAX)


def checked(token: str) -> str:
    """The token, if it can be one."""
    try:
        return msgspec.convert(token, MailTokenText)
    except msgspec.ValidationError as error:
        raise broken() from error


def opened[T](result: Result[T]) -> T:
    """What came of a link. Of one that does not work nobody learns why."""
    if isinstance(result, Failure) and isinstance(result.error, MailTokenInvalid):
        raise broken()
    return unwrapped(result)


def broken() -> RefusedError:
    return RefusedError(
        LinkBroken(detail="It was used before, is too old, or is not whole. Open the newest mail, or ask for another.")
    )


def field(body: bytes, name: str) -> str:
    """A field of a form. Litestar's own parser would keep what it read, passwords too, in a cache."""
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=10)
    except ValueError as error:
        raise RefusedError(Invalid(detail="This form cannot be read.")) from error
    values = fields.get(name, [])
    if len(values) != 1:
        raise RefusedError(Invalid(detail=f"Send `{name}` once."))
    return values[0]
