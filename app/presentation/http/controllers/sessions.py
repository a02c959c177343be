"""Sessions and tokens over HTTP."""

from uuid import UUID

from dishka.integrations.litestar import FromDishka
from litestar import Controller, Response
from litestar.params import FromPath, JSONBody

from app.application.dispatch import Dispatcher
from app.application.identity.confirm_session import Confirmation, ConfirmSession
from app.application.identity.create_session import CreateSession
from app.application.identity.get_session import GetSession
from app.application.identity.list_sessions import ListSessions
from app.application.identity.log_out import LogOut
from app.application.identity.refresh_tokens import RefreshTokens
from app.application.identity.revoke_other_sessions import RevokeOtherSessions
from app.application.identity.revoke_session import RevokeSession
from app.application.identity.views import SessionPage, SessionView, Tokens
from app.core.ids import SessionId
from app.presentation.http.answer import answer, answer_json, answer_page
from app.presentation.http.parameters import LIMIT_DEFAULT, Cursor, Include, Limit
from app.presentation.http.route import route
from app.presentation.http.routes.sessions import (
    CONFIRM_SESSION,
    CREATE_SESSION,
    CREATE_TOKENS,
    DELETE_CURRENT_SESSION,
    DELETE_OTHER_SESSIONS,
    DELETE_SESSION,
    GET_SESSION,
    LIST_SESSIONS,
)


class SessionController(Controller):
    @route(CREATE_SESSION)
    async def create(self, data: JSONBody[CreateSession], dispatch: FromDishka[Dispatcher]) -> Response[Tokens]:
        """Log in.

        Send the access token with every other request: `Authorization: Bearer ...`.
        """
        return answer(await dispatch(data), location=CREATE_SESSION.location)

    @route(LIST_SESSIONS)
    async def list_sessions(
        self,
        dispatch: FromDishka[Dispatcher],
        limit: Limit = LIMIT_DEFAULT,
        cursor: Cursor = None,
        include: Include = None,
    ) -> Response[SessionPage]:
        """List your live sessions, oldest first."""
        query = ListSessions(limit=limit, cursor=cursor, total=include == "total")
        return answer_page(await dispatch(query), "sessions")

    @route(GET_SESSION)
    async def get_session(self, session_id: FromPath[UUID], dispatch: FromDishka[Dispatcher]) -> Response[SessionView]:
        """Read one of your live sessions."""
        return answer_json(await dispatch(GetSession(session_id=SessionId(session_id))))

    @route(DELETE_OTHER_SESSIONS)
    async def delete_others(self, dispatch: FromDishka[Dispatcher]) -> None:
        """End all of your sessions but this one."""
        answer(await dispatch(RevokeOtherSessions()))

    @route(DELETE_SESSION)
    async def delete(self, session_id: FromPath[UUID], dispatch: FromDishka[Dispatcher]) -> None:
        """End one of your sessions."""
        answer(await dispatch(RevokeSession(session_id=SessionId(session_id))))

    @route(DELETE_CURRENT_SESSION)
    async def log_out(self, dispatch: FromDishka[Dispatcher]) -> None:
        """Log out."""
        answer(await dispatch(LogOut()))

    @route(CONFIRM_SESSION)
    async def confirm(self, data: JSONBody[ConfirmSession], dispatch: FromDishka[Dispatcher]) -> Response[Confirmation]:
        """Confirm with your password what needs more than an open session; it holds for five minutes."""
        return answer(await dispatch(data))

    @route(CREATE_TOKENS)
    async def refresh(self, data: JSONBody[RefreshTokens], dispatch: FromDishka[Dispatcher]) -> Response[Tokens]:
        """Exchange a refresh token, once, for new tokens.

        Presenting it again within ten seconds, before the new one was used, answers the same new one. Presenting a used
        token later ends the session: somebody has stolen it.
        """
        return answer(await dispatch(data))
