"""Prove an e-mail address with the token that was sent to it."""

from uuid import UUID

from app.application.fields import MailTokenText
from app.application.identity.errors import MailTokenInvalid
from app.application.registry import Command, Immutable, command
from app.application.services.mail_tokens import MailTokens
from app.core.clock import Clock
from app.core.result import Failure, Result, Success
from app.domain.events.identity import EmailVerificationSucceeded
from app.domain.identity.session import MailTokenKind
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import UserRepository


class EmailVerified(Immutable):
    user_id: UUID


class VerifyEmail(Command[EmailVerified]):
    token: MailTokenText


@command(VerifyEmail, workflow=EmailVerificationSucceeded)
class VerifyEmailHandler:
    users: UserRepository
    mail_tokens: MailTokens
    events: EventLog
    clock: Clock

    async def __call__(self, message: VerifyEmail) -> Result[EmailVerified]:
        now = self.clock.now()
        token = await self.mail_tokens.take(MailTokenKind.VERIFICATION, message.token, now)
        user = await self.users.hold(token.user_id) if token else None
        if user is None:
            return Failure(MailTokenInvalid(detail="Use the newest mail; a token works once."))
        await self.users.mark_verified(user.id, now)
        await self.events.append(EmailVerificationSucceeded(user_id=user.id, email=user.email))
        return Success(EmailVerified(user_id=user.id))
