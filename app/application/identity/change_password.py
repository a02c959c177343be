"""Change one's own password, knowing the present one; every other session ends."""

from app.application.fields import PasswordText
from app.application.registry import Command, command
from app.application.services.new_password import NewPassword
from app.application.services.password_check import PasswordCheck
from app.application.services.session_ender import SessionEnder
from app.core.clock import Clock
from app.core.errors import NotFound
from app.core.result import Failure, Result, Success
from app.domain.events.identity import UserPasswordChangeSucceeded
from app.domain.identity.actor import Actor
from app.domain.identity.session import EndReason, MailTokenKind
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import CredentialReader, MailTokenRepository, UserRepository


class ChangePassword(Command[None]):
    current_password: PasswordText
    new_password: PasswordText


@command(ChangePassword, workflow=UserPasswordChangeSucceeded)
class ChangePasswordHandler:
    credentials: CredentialReader
    users: UserRepository
    tokens: MailTokenRepository
    password_check: PasswordCheck
    new_password: NewPassword
    ender: SessionEnder
    events: EventLog
    actor: Actor
    clock: Clock

    async def __call__(self, message: ChangePassword) -> Result[None]:
        now = self.clock.now()
        user = await self.credentials.by_id(self.actor.person)
        if user is None:
            return Failure(NotFound())
        checked = await self.password_check.check(user.email, message.current_password, user, now)
        if isinstance(checked, Failure):
            return checked
        accepted = await self.new_password.hashed(message.new_password, user.email, "/new_password")
        if isinstance(accepted, Failure):
            return accepted
        await self.users.hold(user.id)
        await self.users.set_password(user.id, accepted.value, now)
        await self.tokens.void(MailTokenKind.RESET, user.id, now)
        ended = await self.ender.end_all(user.id, EndReason.PASSWORD_CHANGED, now, but=self.actor.session_id)
        await self.events.append(UserPasswordChangeSucceeded(user_id=user.id, email=user.email, session_ids=ended))
        return Success(None)
