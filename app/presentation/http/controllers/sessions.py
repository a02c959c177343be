"""Sessions and tokens over HTTP."""

from litestar import Controller, Response
from litestar.params import FromPath, JSONBody

from app.application.identity.confirm_session import Confirmation, ConfirmSession
from app.application.identity.create_session import CreateSession, EmailUnverified
from app.application.identity.errors import CredentialsWrong
from app.application.identity.get_session import GetSession
from app.application.identity.list_sessions import ListSessions
from app.application.identity.log_out import LogOut
from app.application.identity.refresh_tokens import RefreshTokenInvalid, RefreshTokens
from app.application.identity.revoke_other_sessions import RevokeOtherSessions
from app.application.identity.revoke_session import RevokeSession
from app.application.identity.views import SessionPage, SessionView, Tokens
from app.core.errors import NotFound
from app.core.ids import SessionId
from app.core.paging import CursorInvalid
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.answer import answer, answer_json, answer_page
from app.presentation.http.area import Area
from app.presentation.http.parameters import Dispatch, PageAsked
from app.presentation.http.route import Body, Public

sessions = Area("Sessions", "sessions")


class SessionController(Controller):
    @sessions.post(
        "/sessions",
        auth=Public(),
        limit=LimitPolicy.AUTH_LOGIN,
        location="/sessions/{session_id}",
        body=Body.JSON,
        errors=(CredentialsWrong, EmailUnverified),
    )
    async def create_session(self, data: JSONBody[CreateSession], dispatch: Dispatch) -> Response[Tokens]:
        """Log in.

        Send the access token with every other request: `Authorization: Bearer ...`.
        """
        return answer(await dispatch(data))

    @sessions.get("/sessions", errors=(CursorInvalid,))
    async def list_sessions(self, dispatch: Dispatch, page: PageAsked) -> Response[SessionPage]:
        """List your live sessions, oldest first."""
        return answer_page(await dispatch(ListSessions(**page)), "sessions")

    @sessions.get("/sessions/{session_id:uuid}", has_etag=True, errors=(NotFound,))
    async def get_session(self, session_id: FromPath[SessionId], dispatch: Dispatch) -> Response[SessionView]:
        """Read one of your live sessions."""
        return answer_json(await dispatch(GetSession(session_id=session_id)))

    @sessions.delete("/sessions")
    async def delete_other_sessions(self, dispatch: Dispatch) -> None:
        """End all of your sessions but this one."""
        answer(await dispatch(RevokeOtherSessions()))

    @sessions.delete("/sessions/{session_id:uuid}", errors=(NotFound,))
    async def delete_session(self, session_id: FromPath[SessionId], dispatch: Dispatch) -> None:
        """End one of your sessions."""
        answer(await dispatch(RevokeSession(session_id=session_id)))

    @sessions.delete("/sessions/current")
    async def delete_current_session(self, dispatch: Dispatch) -> None:
        """Log out."""
        answer(await dispatch(LogOut()))

    @sessions.post(
        "/sessions/current/confirmations", limit=LimitPolicy.AUTH_LOGIN, body=Body.JSON, errors=(CredentialsWrong,)
    )
    async def create_session_confirmation(
        self, data: JSONBody[ConfirmSession], dispatch: Dispatch
    ) -> Response[Confirmation]:
        """Confirm with your password what needs more than an open session; it holds for five minutes."""
        return answer(await dispatch(data))

    @sessions.post(
        "/tokens", auth=Public(), limit=LimitPolicy.AUTH_TOKEN_REFRESH, body=Body.JSON, errors=(RefreshTokenInvalid,)
    )
    async def create_tokens(self, data: JSONBody[RefreshTokens], dispatch: Dispatch) -> Response[Tokens]:
        """Exchange a refresh token, once, for new tokens.

        Presenting it again within ten seconds, before the new one was used, answers the same new one. Presenting a used
        token later ends the session: somebody has stolen it.
        """
        return answer(await dispatch(data))
