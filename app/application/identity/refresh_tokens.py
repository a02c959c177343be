"""Exchange a refresh token for new tokens.

Each token is used once. Its successor is derived from it, so that a caller whose answer was lost, and callers that
come at the same time, get the same one; a used token that comes back later was stolen, and ends the session.
"""

from datetime import datetime

from app.application.fields import RefreshTokenText
from app.application.identity.views import Tokens
from app.application.registry import Command, command
from app.application.services.mail_tokens import hashed
from app.application.services.session_ender import SessionEnder
from app.application.services.token_issuer import TokenIssuer
from app.core.clock import Clock
from app.core.errors import Unauthorized
from app.core.result import Failure, Result, Success
from app.domain.events.sessions import (
    AuthTokenRefreshSucceeded,
    RefreshTokenReplayOccurred,
    TokenRejectedDueToRotationOccurred,
)
from app.domain.identity.session import EndReason, Presented, RefreshToken, Session, judged
from app.domain.identity.user import User
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import TokenVersions, UserRepository
from app.domain.protocols.sessions import RefreshSecrets, RefreshTokenRepository, SessionRepository


class RefreshTokenInvalid(Unauthorized):
    """This refresh token is unknown, used or expired, or its session has ended."""


class RefreshTokens(Command[Tokens]):
    refresh_token: RefreshTokenText


REFUSED = RefreshTokenInvalid(detail="Log in again.")


@command(RefreshTokens, workflow=AuthTokenRefreshSucceeded)
class RefreshTokensHandler:
    users: UserRepository
    sessions: SessionRepository
    tokens: RefreshTokenRepository
    versions: TokenVersions
    secrets: RefreshSecrets
    issuer: TokenIssuer
    ender: SessionEnder
    events: EventLog
    clock: Clock

    async def __call__(self, message: RefreshTokens) -> Result[Tokens]:
        owner = await self.tokens.session_of(hashed(message.refresh_token))
        user = await self.users.hold(owner[1]) if owner else None
        now = self.clock.now()
        session = await self.sessions.get(owner[0]) if owner else None
        token = await self.tokens.get(hashed(message.refresh_token))  # read again, now that the user is held
        if not (user and user.is_active and token and session and session.is_live(now)):
            return Failure(REFUSED)
        secret, successor = await self._successor(message.refresh_token)
        match judged(token, successor, now):
            case Presented.FRESH:
                return await self._exchange(user, session, token, secret, now)
            case Presented.RETRY:
                return await self._answer(user, session, secret, now)
            case Presented.REPLAY:
                return await self._replayed(user, session, now)
            case Presented.EXPIRED:
                return Failure(REFUSED)

    async def _successor(self, presented: str) -> tuple[str, RefreshToken | None]:
        """The secret that follows, and its token if it exists; a rotated key still finds what it once derived."""
        candidates = self.secrets.successors(presented)
        for secret in candidates:
            if found := await self.tokens.get(hashed(secret)):
                return secret, found
        return candidates[0], None

    async def _exchange(
        self, user: User, session: Session, token: RefreshToken, secret: str, now: datetime
    ) -> Result[Tokens]:
        required = await self.versions.required(user.id)
        if not required.accepts(session, now):
            ended = await self.ender.end(session.user_id, [session.id], EndReason.TOKEN_ROTATED, now)
            await self.events.append(TokenRejectedDueToRotationOccurred(user_id=user.id, session_ids=ended))
            return Failure(REFUSED, keep=True)
        await self.tokens.use(token, now)
        await self.issuer.keep(secret, session, now)
        await self.sessions.renew(session.id, required.version, now)
        return await self._answer(user, session, secret, now)

    async def _answer(self, user: User, session: Session, secret: str, now: datetime) -> Result[Tokens]:
        await self.events.append(AuthTokenRefreshSucceeded(user_id=user.id, session_id=session.id))
        return Success(self.issuer.tokens(user, session, secret, now))

    async def _replayed(self, user: User, session: Session, now: datetime) -> Result[Tokens]:
        ended = await self.ender.end(session.user_id, [session.id], EndReason.TOKEN_REPLAYED, now)
        await self.events.append(RefreshTokenReplayOccurred(user_id=user.id, email=user.email, session_ids=ended))
        return Failure(REFUSED, keep=True)
