"""Users over HTTP."""

from litestar import Controller, Response
from litestar.params import JSONBody

from app.application.identity.change_password import ChangePassword
from app.application.identity.delete_account import DeleteAccount
from app.application.identity.errors import ConfirmationRequired, CredentialsWrong, EmailInvalid
from app.application.identity.get_current_user import GetCurrentUser
from app.application.identity.register_user import EmailTaken, RegisterUser
from app.application.identity.update_profile import UpdateProfile
from app.application.identity.views import UserView
from app.domain.identity.password import PasswordTooWeak
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.answer import answer
from app.presentation.http.area import Area
from app.presentation.http.parameters import Dispatch
from app.presentation.http.route import Body, Public, Requires

users = Area("Users", "users")


class UserController(Controller):
    @users.post(
        "/users",
        auth=Public(),
        limit=LimitPolicy.AUTH_REGISTER,
        location="/users/me",
        body=Body.JSON,
        is_keyed=True,
        errors=(EmailInvalid, PasswordTooWeak, EmailTaken),
    )
    async def create_user(self, data: JSONBody[RegisterUser], dispatch: Dispatch) -> Response[UserView]:
        """Register a person.

        A mail with a verification token follows; logging in needs it.
        """
        return answer(await dispatch(data))

    @users.get("/users/me", has_etag=True)
    async def get_current_user(self, dispatch: Dispatch) -> Response[UserView]:
        """Read your own profile."""
        return answer(await dispatch(GetCurrentUser()))

    @users.patch("/users/me", body=Body.JSON, has_etag=True)
    async def update_current_user(self, data: JSONBody[UpdateProfile], dispatch: Dispatch) -> Response[UserView]:
        """Change your own profile; what you leave out stays as it is."""
        return answer(await dispatch(data))

    @users.delete("/users/me", errors=(ConfirmationRequired,))
    async def delete_current_user(self, dispatch: Dispatch) -> None:
        """Delete yourself and all that is yours.

        Confirm with your password first: `POST /sessions/current/confirmations`.
        """
        answer(await dispatch(DeleteAccount()))

    @users.put(
        "/users/me/password",
        auth=Requires("password", "write"),
        limit=LimitPolicy.AUTH_LOGIN,
        status=204,
        body=Body.JSON,
        errors=(CredentialsWrong, PasswordTooWeak),
    )
    async def change_password(self, data: JSONBody[ChangePassword], dispatch: Dispatch) -> None:
        """Change your password; your other sessions end."""
        answer(await dispatch(data))
