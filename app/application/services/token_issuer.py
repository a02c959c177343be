"""Access and refresh tokens of a session."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.application.identity.policy import IdentityPolicy
from app.application.identity.views import Tokens
from app.application.services.mail_tokens import hashed
from app.core.ids import TokenId, uuid7
from app.domain.identity.session import RefreshToken, Session
from app.domain.identity.user import User
from app.domain.protocols.sessions import AccessClaims, AccessTokens, RefreshTokenRepository


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    access: AccessTokens
    refresh: RefreshTokenRepository
    policy: IdentityPolicy

    async def keep(self, secret: str, session: Session, now: datetime) -> None:
        """Make the secret a refresh token of the session."""
        idle = timedelta(days=self.policy.refresh_idle_days)
        token = RefreshToken(
            id=TokenId(uuid7()),
            session_id=session.id,
            secret_hash=hashed(secret),
            issued_at=now,
            expires_at=min(now + idle, session.expires_at),
        )
        await self.refresh.add(token)

    def tokens(self, user: User, session: Session, secret: str, now: datetime) -> Tokens:
        claims = AccessClaims(
            user_id=user.id,
            session_id=session.id,
            roles=user.roles,
            expires_at=int(now.timestamp()) + self.access.seconds,
        )
        return Tokens(
            access_token=self.access.issue(claims),
            refresh_token=secret,
            token_type="Bearer",  # noqa: S106  # RFC 6750 calls it so
            expires_in=self.access.seconds,
            session_id=session.id,
        )
