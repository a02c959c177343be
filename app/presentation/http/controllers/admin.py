"""Administration over HTTP."""

from typing import Annotated

import msgspec
from litestar import Controller, Response
from litestar.params import FromPath, JSONBody

from app.application.admin.get_jobs import GetJobs
from app.application.admin.get_registered_user import GetRegisteredUser
from app.application.admin.get_security_config import GetSecurityConfig
from app.application.admin.list_registered_users import ListRegisteredUsers
from app.application.admin.update_registered_user import LastAdmin, UpdateRegisteredUser, UserChanges
from app.application.admin.views import JobsView, RegisteredUserPage, RegisteredUserView, SecurityConfigView
from app.application.fields import EmailText, Line
from app.application.identity.errors import EmailUnknown
from app.application.identity.rotate_all_tokens import RotateAllTokens, Rotation
from app.application.identity.rotate_user_tokens import RotateUserTokens
from app.application.registry import Immutable
from app.core.errors import NotFound
from app.core.ids import UserId
from app.core.paging import CursorInvalid
from app.presentation.http.answer import answer, answer_json, answer_page, unwrapped
from app.presentation.http.area import Area
from app.presentation.http.parameters import Dispatch, PageAsked, limits_of
from app.presentation.http.route import Body, Requires

Address = Annotated[str | None, limits_of(EmailText)]


class UserRotation(Immutable):
    """Why somebody's tokens are replaced."""

    reason: Line


administration = Area("Administration", "admin")


class AdminController(Controller):
    @administration.get("/admin/users", errors=(CursorInvalid,))
    async def list_users(
        self, dispatch: Dispatch, page: PageAsked, email: Address = None
    ) -> Response[RegisteredUserPage]:
        """List everybody, those who registered first before others."""
        query = ListRegisteredUsers(**page, email=email)
        return answer_page(await dispatch(query), "users")

    @administration.get("/admin/users/{user_id:uuid}", has_etag=True, errors=(NotFound,))
    async def get_user(self, user_id: FromPath[UserId], dispatch: Dispatch) -> Response[RegisteredUserView]:
        """Read one person."""
        return answer_json(await dispatch(GetRegisteredUser(user_id=user_id)))

    @administration.patch("/admin/users/{user_id:uuid}", body=Body.JSON, has_etag=True, errors=(NotFound, LastAdmin))
    async def update_user(
        self, user_id: FromPath[UserId], data: JSONBody[UserChanges], dispatch: Dispatch
    ) -> Response[RegisteredUserView]:
        """Change somebody's roles or tier, keep them out, or let them in again; it counts on their next request."""
        unwrapped(await dispatch(UpdateRegisteredUser(user_id=user_id, changes=data)))
        return answer_json(await dispatch(GetRegisteredUser(user_id=user_id)))

    @administration.post(
        "/admin/users/{user_id:uuid}/rotations",
        auth=Requires("security", "write"),
        body=Body.JSON,
        errors=(NotFound, EmailUnknown),
    )
    async def create_user_rotation(
        self, user_id: FromPath[UserId], data: JSONBody[UserRotation], dispatch: Dispatch
    ) -> Response[Rotation]:
        """Refuse the tokens that one person has; within the grace period they may be exchanged."""
        found = unwrapped(await dispatch(GetRegisteredUser(user_id=user_id)))
        email = msgspec.json.decode(found, type=RegisteredUserView).email
        return answer(await dispatch(RotateUserTokens(email=email, reason=data.reason)))

    @administration.post(
        "/admin/security/rotations",
        auth=Requires("security", "write"),
        location="/admin/security/config",
        body=Body.JSON,
    )
    async def create_rotation(self, data: JSONBody[RotateAllTokens], dispatch: Dispatch) -> Response[Rotation]:
        """Refuse the tokens that anybody has; within the grace period they may be exchanged."""
        return answer(await dispatch(data))

    @administration.get("/admin/security/config", auth=Requires("security", "read"))
    async def get_security_config(self, dispatch: Dispatch) -> Response[SecurityConfigView]:
        """Read which version of tokens is asked for, and since when."""
        return answer_json(await dispatch(GetSecurityConfig()))

    @administration.get("/admin/jobs")
    async def get_jobs(self, dispatch: Dispatch) -> Response[JobsView]:
        """Read what the workers' queue holds, and what runs by the clock."""
        return answer_json(await dispatch(GetJobs()))
