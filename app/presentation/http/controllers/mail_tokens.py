"""Verification and reset by mail, over HTTP."""

from dishka.integrations.litestar import FromDishka
from litestar import Controller, Response
from litestar.params import JSONBody

from app.application.dispatch import Dispatcher
from app.application.identity.request_email_verification import RequestEmailVerification
from app.application.identity.request_password_reset import RequestPasswordReset
from app.application.identity.reset_password import PasswordReset, ResetPassword
from app.application.identity.verify_email import EmailVerified, VerifyEmail
from app.application.identity.views import MailRequested
from app.presentation.http.answer import answer
from app.presentation.http.route import route
from app.presentation.http.routes.users import (
    CREATE_EMAIL_VERIFICATION,
    CREATE_EMAIL_VERIFICATION_TOKEN,
    CREATE_PASSWORD_RESET,
    CREATE_PASSWORD_RESET_TOKEN,
)


class MailTokenController(Controller):
    @route(CREATE_EMAIL_VERIFICATION_TOKEN)
    async def resend(
        self, data: JSONBody[RequestEmailVerification], dispatch: FromDishka[Dispatcher]
    ) -> Response[MailRequested]:
        """Ask for another verification mail; the answer is the same whether the address is known or not."""
        return answer(await dispatch(data))

    @route(CREATE_EMAIL_VERIFICATION)
    async def verify(self, data: JSONBody[VerifyEmail], dispatch: FromDishka[Dispatcher]) -> Response[EmailVerified]:
        """Verify an e-mail address with the token from the mail."""
        return answer(await dispatch(data))

    @route(CREATE_PASSWORD_RESET_TOKEN)
    async def forgot(
        self, data: JSONBody[RequestPasswordReset], dispatch: FromDishka[Dispatcher]
    ) -> Response[MailRequested]:
        """Ask for a mail to choose a new password; the answer is the same whether the address is known or not."""
        return answer(await dispatch(data))

    @route(CREATE_PASSWORD_RESET)
    async def reset(self, data: JSONBody[ResetPassword], dispatch: FromDishka[Dispatcher]) -> Response[PasswordReset]:
        """Choose a new password with the token from the mail; all sessions end."""
        return answer(await dispatch(data))
