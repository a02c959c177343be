"""Take a user's address as proven, on an operator's word."""

from app.application.fields import EmailText
from app.application.identity.errors import EmailUnknown
from app.application.registry import Command, command
from app.application.services.known_users import KnownUsers
from app.core.clock import Clock
from app.core.result import Failure, Result, Success
from app.domain.events.administration import UserVerificationSucceeded
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import UserRepository


class VerifyUser(Command[None]):
    email: EmailText


@command(VerifyUser, workflow=UserVerificationSucceeded)
class VerifyUserHandler:
    known: KnownUsers
    users: UserRepository
    events: EventLog
    clock: Clock

    async def __call__(self, message: VerifyUser) -> Result[None]:
        user = await self.known.hold(message.email)
        if user is None:
            return Failure(EmailUnknown())
        if user.verified_at is None:
            await self.users.mark_verified(user.id, self.clock.now())
        await self.events.append(UserVerificationSucceeded(user_id=user.id))
        return Success(None)
