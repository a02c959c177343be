"""Choose a new password with the token from the mail; every session ends."""

from uuid import UUID

from app.application.fields import MailTokenText, PasswordText
from app.application.identity.errors import MailTokenInvalid
from app.application.registry import Command, Immutable, command
from app.application.services.mail_tokens import MailTokens
from app.application.services.new_password import NewPassword
from app.application.services.session_ender import SessionEnder
from app.core.clock import Clock
from app.core.result import Failure, Result, Success
from app.domain.events.identity import PasswordResetConfirmSucceeded
from app.domain.identity.session import EndReason, MailTokenKind
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import LoginFailureRepository, MailTokenRepository, UserRepository


class PasswordReset(Immutable):
    user_id: UUID


class ResetPassword(Command[PasswordReset]):
    token: MailTokenText
    new_password: PasswordText


@command(ResetPassword, workflow=PasswordResetConfirmSucceeded)
class ResetPasswordHandler:
    users: UserRepository
    tokens: MailTokenRepository
    mail_tokens: MailTokens
    new_password: NewPassword
    failures: LoginFailureRepository
    ender: SessionEnder
    events: EventLog
    clock: Clock

    async def __call__(self, message: ResetPassword) -> Result[PasswordReset]:
        now = self.clock.now()
        token = await self.mail_tokens.take(MailTokenKind.RESET, message.token, now)
        user = await self.users.hold(token.user_id) if token else None
        if user is None or not user.is_active:
            return Failure(MailTokenInvalid(detail="Ask for a new mail; a token works once and for a short time."))
        accepted = await self.new_password.hashed(message.new_password, user.email, "/new_password")
        if isinstance(accepted, Failure):
            return accepted  # rolled back, so the token still works for a better password
        await self.users.set_password(user.id, accepted.value, now)
        await self.tokens.void(MailTokenKind.RESET, user.id, now)
        await self.failures.clear(user.email)
        ended = await self.ender.end_all(user.id, EndReason.PASSWORD_CHANGED, now)
        await self.events.append(PasswordResetConfirmSucceeded(user_id=user.id, email=user.email, session_ids=ended))
        return Success(PasswordReset(user_id=user.id))
