"""Let a user in again, after an operator's lock or too many wrong passwords."""

from dataclasses import replace

from app.application.fields import EmailText
from app.application.identity.errors import EmailUnknown
from app.application.registry import Command, command
from app.application.services.known_users import KnownUsers
from app.core.clock import Clock
from app.core.result import Failure, Result, Success
from app.domain.events.administration import UserUnlockSucceeded
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import LoginFailureRepository, UserRepository


class UnlockUser(Command[None]):
    email: EmailText


@command(UnlockUser, workflow=UserUnlockSucceeded)
class UnlockUserHandler:
    known: KnownUsers
    users: UserRepository
    failures: LoginFailureRepository
    events: EventLog
    clock: Clock

    async def __call__(self, message: UnlockUser) -> Result[None]:
        user = await self.known.hold(message.email)
        if user is None:
            return Failure(EmailUnknown())
        await self.users.set_access(replace(user, is_active=True), self.clock.now())
        await self.failures.clear(user.email)
        await self.events.append(UserUnlockSucceeded(user_id=user.id))
        return Success(None)
