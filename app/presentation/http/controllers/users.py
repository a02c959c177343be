"""Users over HTTP."""

from dishka.integrations.litestar import FromDishka
from litestar import Controller, Response
from litestar.params import JSONBody

from app.application.dispatch import Dispatcher
from app.application.identity.change_password import ChangePassword
from app.application.identity.delete_account import DeleteAccount
from app.application.identity.get_current_user import GetCurrentUser
from app.application.identity.register_user import RegisterUser
from app.application.identity.update_profile import UpdateProfile
from app.application.identity.views import UserView
from app.presentation.http.answer import answer
from app.presentation.http.route import route
from app.presentation.http.routes.users import (
    CHANGE_PASSWORD,
    CREATE_USER,
    DELETE_CURRENT_USER,
    GET_CURRENT_USER,
    UPDATE_CURRENT_USER,
)


class UserController(Controller):
    @route(CREATE_USER)
    async def create(self, data: JSONBody[RegisterUser], dispatch: FromDishka[Dispatcher]) -> Response[UserView]:
        """Register a person.

        A mail with a verification token follows; logging in needs it.
        """
        return answer(await dispatch(data), location=CREATE_USER.location)

    @route(GET_CURRENT_USER)
    async def me(self, dispatch: FromDishka[Dispatcher]) -> Response[UserView]:
        """Read your own profile."""
        return answer(await dispatch(GetCurrentUser()))

    @route(UPDATE_CURRENT_USER)
    async def update(self, data: JSONBody[UpdateProfile], dispatch: FromDishka[Dispatcher]) -> Response[UserView]:
        """Change your own profile; what you leave out stays as it is."""
        return answer(await dispatch(data))

    @route(DELETE_CURRENT_USER)
    async def delete(self, dispatch: FromDishka[Dispatcher]) -> None:
        """Delete yourself and all that is yours.

        Confirm with your password first: `POST /sessions/current/confirmations`.
        """
        answer(await dispatch(DeleteAccount()))

    @route(CHANGE_PASSWORD)
    async def change_password(self, data: JSONBody[ChangePassword], dispatch: FromDishka[Dispatcher]) -> None:
        """Change your password; your other sessions end."""
        answer(await dispatch(data))
