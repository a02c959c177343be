"""Administration over HTTP."""

from typing import Annotated
from uuid import UUID

import msgspec
from dishka.integrations.litestar import FromDishka
from litestar import Controller, Response
from litestar.params import FromPath, JSONBody

from app.application.admin.get_jobs import GetJobs
from app.application.admin.get_registered_user import GetRegisteredUser
from app.application.admin.get_security_config import GetSecurityConfig
from app.application.admin.list_registered_users import ListRegisteredUsers
from app.application.admin.update_registered_user import UpdateRegisteredUser, UserChanges
from app.application.admin.views import JobsView, RegisteredUserPage, RegisteredUserView, SecurityConfigView
from app.application.dispatch import Dispatcher
from app.application.fields import EmailText, Line
from app.application.identity.rotate_all_tokens import RotateAllTokens, Rotation
from app.application.identity.rotate_user_tokens import RotateUserTokens
from app.application.registry import Immutable
from app.core.ids import UserId
from app.presentation.http.answer import answer, answer_json, answer_page, unwrapped
from app.presentation.http.parameters import LIMIT_DEFAULT, Cursor, Include, Limit, limits_of
from app.presentation.http.route import route
from app.presentation.http.routes.admin import (
    CREATE_ROTATION,
    CREATE_USER_ROTATION,
    GET_JOBS,
    GET_SECURITY_CONFIG,
    GET_USER,
    LIST_USERS,
    UPDATE_USER,
)

Address = Annotated[str | None, limits_of(EmailText)]


class UserRotation(Immutable):
    """Why somebody's tokens are replaced."""

    reason: Line


class AdminController(Controller):
    @route(LIST_USERS)
    async def list_users(
        self,
        dispatch: FromDishka[Dispatcher],
        email: Address = None,
        limit: Limit = LIMIT_DEFAULT,
        cursor: Cursor = None,
        include: Include = None,
    ) -> Response[RegisteredUserPage]:
        """List everybody, those who registered first before others."""
        query = ListRegisteredUsers(limit=limit, cursor=cursor, total=include == "total", email=email)
        return answer_page(await dispatch(query), "users")

    @route(GET_USER)
    async def get_user(self, user_id: FromPath[UUID], dispatch: FromDishka[Dispatcher]) -> Response[RegisteredUserView]:
        """Read one person."""
        return answer_json(await dispatch(GetRegisteredUser(user_id=UserId(user_id))))

    @route(UPDATE_USER)
    async def update_user(
        self, user_id: FromPath[UUID], data: JSONBody[UserChanges], dispatch: FromDishka[Dispatcher]
    ) -> Response[RegisteredUserView]:
        """Change somebody's roles or tier, keep them out, or let them in again; it counts on their next request."""
        unwrapped(await dispatch(UpdateRegisteredUser(user_id=UserId(user_id), changes=data)))
        return answer_json(await dispatch(GetRegisteredUser(user_id=UserId(user_id))))

    @route(CREATE_USER_ROTATION)
    async def rotate_user(
        self, user_id: FromPath[UUID], data: JSONBody[UserRotation], dispatch: FromDishka[Dispatcher]
    ) -> Response[Rotation]:
        """Refuse the tokens that one person has; within the grace period they may be exchanged."""
        found = unwrapped(await dispatch(GetRegisteredUser(user_id=UserId(user_id))))
        email = msgspec.json.decode(found, type=RegisteredUserView).email
        return answer(await dispatch(RotateUserTokens(email=email, reason=data.reason)))

    @route(CREATE_ROTATION)
    async def rotate(self, data: JSONBody[RotateAllTokens], dispatch: FromDishka[Dispatcher]) -> Response[Rotation]:
        """Refuse the tokens that anybody has; within the grace period they may be exchanged."""
        return answer(await dispatch(data), location=CREATE_ROTATION.location)

    @route(GET_SECURITY_CONFIG)
    async def security_config(self, dispatch: FromDishka[Dispatcher]) -> Response[SecurityConfigView]:
        """Read which version of tokens is asked for, and since when."""
        return answer_json(await dispatch(GetSecurityConfig()))

    @route(GET_JOBS)
    async def jobs(self, dispatch: FromDishka[Dispatcher]) -> Response[JobsView]:
        """Read what the workers' queue holds, and what runs by the clock."""
        return answer_json(await dispatch(GetJobs()))
