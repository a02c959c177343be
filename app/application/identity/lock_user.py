"""Keep a user out: every session ends, and logging in answers as for a wrong password."""

from dataclasses import replace

from app.application.fields import EmailText
from app.application.identity.errors import EmailUnknown
from app.application.registry import Command, command
from app.application.services.known_users import KnownUsers
from app.application.services.session_ender import SessionEnder
from app.core.clock import Clock
from app.core.result import Failure, Result, Success
from app.domain.events.administration import UserLockSucceeded
from app.domain.identity.session import EndReason
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import UserRepository


class LockUser(Command[None]):
    email: EmailText


@command(LockUser, workflow=UserLockSucceeded)
class LockUserHandler:
    known: KnownUsers
    users: UserRepository
    ender: SessionEnder
    events: EventLog
    clock: Clock

    async def __call__(self, message: LockUser) -> Result[None]:
        user = await self.known.hold(message.email)
        if user is None:
            return Failure(EmailUnknown())
        now = self.clock.now()
        await self.users.set_access(replace(user, is_active=False), now)
        ended = await self.ender.end_all(user.id, EndReason.USER_DISABLED, now)
        await self.events.append(UserLockSucceeded(user_id=user.id, session_ids=ended))
        return Success(None)
