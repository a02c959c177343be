"""Verification and reset by mail, over HTTP."""

from litestar import Controller, Response
from litestar.params import JSONBody

from app.application.identity.errors import MailTokenInvalid
from app.application.identity.request_email_verification import RequestEmailVerification
from app.application.identity.request_password_reset import RequestPasswordReset
from app.application.identity.reset_password import PasswordReset, ResetPassword
from app.application.identity.verify_email import EmailVerified, VerifyEmail
from app.application.identity.views import MailRequested
from app.domain.identity.password import PasswordTooWeak
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.answer import answer
from app.presentation.http.area import Area
from app.presentation.http.parameters import Dispatch
from app.presentation.http.route import Body

users = Area("Users")


class MailTokenController(Controller):
    @users.post("/email-verification-tokens", limit=LimitPolicy.AUTH_PASSWORD_RESET, body=Body.JSON)
    async def create_email_verification_token(
        self, data: JSONBody[RequestEmailVerification], dispatch: Dispatch
    ) -> Response[MailRequested]:
        """Ask for another verification mail; the answer is the same whether the address is known or not."""
        return answer(await dispatch(data))

    @users.post(
        "/email-verifications", limit=LimitPolicy.AUTH_PASSWORD_RESET, body=Body.JSON, errors=(MailTokenInvalid,)
    )
    async def create_email_verification(
        self, data: JSONBody[VerifyEmail], dispatch: Dispatch
    ) -> Response[EmailVerified]:
        """Verify an e-mail address with the token from the mail."""
        return answer(await dispatch(data))

    @users.post("/password-reset-tokens", limit=LimitPolicy.AUTH_PASSWORD_RESET, body=Body.JSON)
    async def create_password_reset_token(
        self, data: JSONBody[RequestPasswordReset], dispatch: Dispatch
    ) -> Response[MailRequested]:
        """Ask for a mail to choose a new password; the answer is the same whether the address is known or not."""
        return answer(await dispatch(data))

    @users.post(
        "/password-resets",
        limit=LimitPolicy.AUTH_PASSWORD_RESET,
        body=Body.JSON,
        errors=(MailTokenInvalid, PasswordTooWeak),
    )
    async def create_password_reset(self, data: JSONBody[ResetPassword], dispatch: Dispatch) -> Response[PasswordReset]:
        """Choose a new password with the token from the mail; all sessions end."""
        return answer(await dispatch(data))
