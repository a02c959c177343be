"""Users over HTTP."""

from dishka.integrations.litestar import FromDishka
from litestar import Controller, Response
from litestar.params import JSONBody

from app.application.dispatch import Dispatcher
from app.application.identity.get_current_user import GetCurrentUser
from app.application.identity.register_user import RegisterUser
from app.application.identity.verify_email import EmailVerified, VerifyEmail
from app.application.identity.views import UserView
from app.presentation.http.answer import answer
from app.presentation.http.routes import CREATE_EMAIL_VERIFICATION, CREATE_USER, GET_CURRENT_USER, route


class UserController(Controller):
    @route(CREATE_USER)
    async def create(self, data: JSONBody[RegisterUser], dispatch: FromDishka[Dispatcher]) -> Response[UserView]:
        """Register a person.

        A mail with a verification token follows; logging in needs it.
        """
        return answer(await dispatch(data), location="/api/v1/users/me")

    @route(GET_CURRENT_USER)
    async def me(self, dispatch: FromDishka[Dispatcher]) -> Response[UserView]:
        """Read your own profile."""
        return answer(await dispatch(GetCurrentUser()))

    @route(CREATE_EMAIL_VERIFICATION)
    async def verify(self, data: JSONBody[VerifyEmail], dispatch: FromDishka[Dispatcher]) -> Response[EmailVerified]:
        """Verify an e-mail address with the token from the mail."""
        return answer(await dispatch(data))
