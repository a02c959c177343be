"""Making and taking the tokens that are sent by mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from app.application.identity.policy import IdentityPolicy
from app.core.ids import TokenId, uuid7
from app.domain.identity.session import MailToken, MailTokenKind
from app.domain.identity.user import User
from app.domain.protocols.identity import MailSecrets, MailTokenRepository

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class MailTokens:
    """Their secrets are derived from their ids when the mail is written; the table holds a hash."""

    tokens: MailTokenRepository
    secrets: MailSecrets
    policy: IdentityPolicy

    async def make(self, kind: MailTokenKind, user: User, now: datetime) -> TokenId | None:
        """A new token; None if the user was sent as many as an hour allows. The caller holds the user."""
        if await self.tokens.count_since(kind, user.id, now - HOUR) >= self.policy.mails_per_hour:
            return None
        token_id = TokenId(uuid7())
        token = MailToken(
            id=token_id,
            kind=kind,
            user_id=user.id,
            secret_hash=hashed(self.secrets.secret(token_id)),
            created_at=now,
            expires_at=now + self._life(kind),
        )
        await self.tokens.add(token)
        return token_id

    async def take(self, kind: MailTokenKind, secret: str, now: datetime) -> MailToken | None:
        """The token, if it is unused and in time; it works no second time."""
        token = await self.tokens.consume(kind, hashed(secret), now)
        return token if token and now < token.expires_at else None

    def _life(self, kind: MailTokenKind) -> timedelta:
        if kind is MailTokenKind.RESET:
            return timedelta(minutes=self.policy.reset_minutes)
        return timedelta(hours=self.policy.verification_hours)


def hashed(secret: str) -> bytes:
    """How a high-entropy secret is kept: SHA-256."""
    return sha256(secret.encode()).digest()
