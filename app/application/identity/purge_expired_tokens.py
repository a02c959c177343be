"""Delete tokens sent by mail, and sessions with their tokens, that expired."""

from app.application.registry import Command, Immutable, command
from app.core.clock import Clock
from app.core.result import Result, Success
from app.domain.protocols.identity import MailTokenRepository
from app.domain.protocols.sessions import SessionRepository


class Purged(Immutable):
    mail_tokens: int
    sessions: int


class PurgeExpiredTokens(Command[Purged]):
    pass


@command(PurgeExpiredTokens, workflow=None)
class PurgeExpiredTokensHandler:
    tokens: MailTokenRepository
    sessions: SessionRepository
    clock: Clock

    async def __call__(self, _: PurgeExpiredTokens) -> Result[Purged]:
        now = self.clock.now()
        return Success(Purged(mail_tokens=await self.tokens.purge(now), sessions=await self.sessions.purge(now)))
