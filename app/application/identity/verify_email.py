"""Prove an e-mail address with the token that was sent to it."""

from hashlib import sha256
from uuid import UUID

from app.application.fields import MailTokenText
from app.application.registry import Command, Immutable, command
from app.core.clock import Clock
from app.core.errors import DomainError, Invalid
from app.core.result import Failure, Result, Success
from app.domain.events.identity import EMAIL_VERIFICATION, EmailVerificationSucceeded
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import UserRepository, VerificationTokenRepository


class VerificationTokenInvalid(Invalid):
    """This verification token is unknown, used or expired."""


class EmailVerified(Immutable):
    user_id: UUID


class VerifyEmail(Command[EmailVerified]):
    token: MailTokenText


@command(VerifyEmail, workflow=EMAIL_VERIFICATION)
class VerifyEmailHandler:
    users: UserRepository
    tokens: VerificationTokenRepository
    events: EventLog
    clock: Clock

    async def __call__(self, message: VerifyEmail) -> Result[EmailVerified, DomainError]:
        token = await self.tokens.consume(sha256(message.token.encode()).digest())
        now = self.clock.now()
        if token is None or token.expires_at <= now:
            return Failure(VerificationTokenInvalid(detail="Use the newest mail; a token works once."))
        await self.users.mark_verified(token.user_id, now)
        await self.events.append(EmailVerificationSucceeded(user_id=token.user_id))
        return Success(EmailVerified(user_id=token.user_id))
