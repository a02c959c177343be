"""Log in: a password becomes a session and an access token."""

from datetime import timedelta

from app.application.fields import EmailText, PasswordText
from app.application.identity.policy import IdentityPolicy
from app.application.identity.views import Tokens
from app.application.registry import Command, command
from app.core.clock import Clock
from app.core.errors import DomainError, Forbidden, Unauthorized
from app.core.ids import SessionId, uuid7
from app.core.result import Failure, Result, Success
from app.domain.events.identity import USER_LOGIN, UserLoginSucceeded
from app.domain.identity.actor import Actor
from app.domain.identity.session import Session
from app.domain.identity.user import User, normalised_email
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import (
    AccessClaims,
    AccessTokens,
    PasswordHasher,
    SessionRepository,
    UserRepository,
)


class CredentialsWrong(Unauthorized):
    """E-mail and password do not match."""


class EmailUnverified(Forbidden):
    """Verify your e-mail address first."""


class CreateSession(Command[Tokens]):
    email: EmailText
    password: PasswordText


@command(CreateSession, workflow=USER_LOGIN)
class CreateSessionHandler:
    users: UserRepository
    sessions: SessionRepository
    passwords: PasswordHasher
    tokens: AccessTokens
    events: EventLog
    actor: Actor
    clock: Clock
    policy: IdentityPolicy

    async def __call__(self, message: CreateSession) -> Result[Tokens, DomainError]:
        user = await self.users.by_email(normalised_email(message.email) or "")
        right = await self.passwords.verify(message.password, user.password_hash if user else None)
        if user is None or not right or not user.is_active:
            return Failure(CredentialsWrong(detail="Check both and try again."))
        if user.verified_at is None:
            return Failure(EmailUnverified(detail="Open the link in the mail we sent you."))
        if self.passwords.needs_rehash(user.password_hash):
            await self.users.update_password_hash(user.id, await self.passwords.hash(message.password))
        session = await self._begin(user)
        await self.events.append(UserLoginSucceeded(user_id=user.id, session_id=session.id))
        return Success(self._access(user, session))

    async def _begin(self, user: User) -> Session:
        now = self.clock.now()
        session = Session(
            id=SessionId(uuid7()),
            user_id=user.id,
            ip_address=self.actor.ip_address,
            user_agent=self.actor.user_agent,
            created_at=now,
            expires_at=now + timedelta(days=self.policy.session_days),
        )
        await self.sessions.add(session)
        return session

    def _access(self, user: User, session: Session) -> Tokens:
        claims = AccessClaims(
            user_id=user.id,
            session_id=session.id,
            roles=user.roles,
            expires_at=int(session.created_at.timestamp()) + self.tokens.seconds,
        )
        return Tokens(
            access_token=self.tokens.issue(claims),
            token_type="Bearer",  # noqa: S106  # RFC 6750 calls it so
            expires_in=self.tokens.seconds,
            session_id=session.id,
        )
