"""End the session one is using."""

from app.application.registry import Command, command
from app.application.services.session_ender import SessionEnder
from app.core.clock import Clock
from app.core.result import Result, Success
from app.domain.events.sessions import UserLogoutSucceeded
from app.domain.identity.actor import Actor
from app.domain.identity.session import EndReason
from app.domain.protocols.events import EventLog


class LogOut(Command[None]):
    pass


@command(LogOut, workflow=UserLogoutSucceeded)
class LogOutHandler:
    ender: SessionEnder
    events: EventLog
    actor: Actor
    clock: Clock

    async def __call__(self, _: LogOut) -> Result[None]:
        ended = await self.ender.end(self.actor.person, [self.actor.session], EndReason.LOGOUT, self.clock.now())
        await self.events.append(UserLogoutSucceeded(user_id=self.actor.person, session_ids=ended))
        return Success(None)
