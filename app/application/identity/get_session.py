"""Read one of one's own live sessions."""

from app.application.identity.views import SessionReader
from app.application.registry import Query, query
from app.core.ids import SessionId
from app.core.result import Result, found
from app.domain.identity.actor import Actor


class GetSession(Query[bytes]):
    session_id: SessionId


@query(GetSession)
class GetSessionHandler:
    sessions: SessionReader
    actor: Actor

    async def __call__(self, message: GetSession) -> Result[bytes]:
        return found(await self.sessions.session(self.actor.person, self.actor.session, message.session_id))
