"""End all of one's own sessions but the one in use."""

from app.application.registry import Command, command
from app.application.services.session_ender import SessionEnder
from app.core.clock import Clock
from app.core.result import Result, Success
from app.domain.events.sessions import AllSessionsRevocationSucceeded
from app.domain.identity.actor import Actor
from app.domain.identity.session import EndReason
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import UserRepository


class RevokeOtherSessions(Command[None]):
    pass


@command(RevokeOtherSessions, workflow=AllSessionsRevocationSucceeded)
class RevokeOtherSessionsHandler:
    users: UserRepository
    ender: SessionEnder
    events: EventLog
    actor: Actor
    clock: Clock

    async def __call__(self, _: RevokeOtherSessions) -> Result[None]:
        await self.users.hold(self.actor.person)
        now = self.clock.now()
        ended = await self.ender.end_all(self.actor.person, EndReason.REVOKED, now, but=self.actor.session)
        await self.events.append(AllSessionsRevocationSucceeded(user_id=self.actor.person, session_ids=ended))
        return Success(None)
