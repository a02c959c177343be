"""End one of one's own sessions; one that has ended already stays ended."""

from app.application.registry import Command, command
from app.application.services.session_ender import SessionEnder
from app.core.clock import Clock
from app.core.errors import NotFound
from app.core.ids import SessionId
from app.core.result import Failure, Result, Success
from app.domain.events.sessions import SessionRevocationSucceeded
from app.domain.identity.actor import Actor
from app.domain.identity.session import EndReason
from app.domain.protocols.events import EventLog
from app.domain.protocols.sessions import SessionRepository


class RevokeSession(Command[None]):
    session_id: SessionId


@command(RevokeSession, workflow=SessionRevocationSucceeded)
class RevokeSessionHandler:
    sessions: SessionRepository
    ender: SessionEnder
    events: EventLog
    actor: Actor
    clock: Clock

    async def __call__(self, message: RevokeSession) -> Result[None]:
        session = await self.sessions.get(message.session_id)
        if session is None or session.user_id != self.actor.person:
            return Failure(NotFound())
        ended = await self.ender.end(self.actor.person, [session.id], EndReason.REVOKED, self.clock.now())
        await self.events.append(SessionRevocationSucceeded(user_id=session.user_id, session_ids=ended))
        return Success(None)
