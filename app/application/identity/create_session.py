"""Log in: a password becomes a session with an access and a refresh token."""

from datetime import datetime, timedelta

from app.application.fields import EmailText, PasswordText
from app.application.identity.errors import CredentialsWrong
from app.application.identity.policy import IdentityPolicy
from app.application.identity.views import Tokens
from app.application.registry import Command, command
from app.application.services.password_check import PasswordCheck
from app.application.services.session_ender import SessionEnder
from app.application.services.token_issuer import TokenIssuer
from app.core.clock import Clock
from app.core.errors import Forbidden
from app.core.ids import SessionId, uuid7
from app.core.result import Failure, Result, Success
from app.domain.events.sessions import SessionEvictedOccurred, UserLoginSucceeded
from app.domain.identity.actor import Actor
from app.domain.identity.session import EndReason, Session, evicted
from app.domain.identity.user import User, normalised_email
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import CredentialReader, PasswordHasher, TokenVersions, UserRepository
from app.domain.protocols.sessions import DeviceNames, RefreshSecrets, SessionRepository


class EmailUnverified(Forbidden):
    """Verify your e-mail address first."""


class CreateSession(Command[Tokens]):
    email: EmailText
    password: PasswordText


@command(CreateSession, workflow=UserLoginSucceeded)
class CreateSessionHandler:
    credentials: CredentialReader
    users: UserRepository
    sessions: SessionRepository
    versions: TokenVersions
    password_check: PasswordCheck
    passwords: PasswordHasher
    ender: SessionEnder
    issuer: TokenIssuer
    secrets: RefreshSecrets
    devices: DeviceNames
    events: EventLog
    actor: Actor
    clock: Clock
    policy: IdentityPolicy

    async def __call__(self, message: CreateSession) -> Result[Tokens]:
        email = normalised_email(message.email) or message.email
        known = await self.credentials.by_email(email)
        checked = await self.password_check.check(email, message.password, known, self.clock.now())
        if isinstance(checked, Failure):
            return checked
        user = await self.users.hold(checked.value.id)
        if user is None or user.password_hash != checked.value.password_hash or not user.is_active:
            return Failure(CredentialsWrong(detail="They changed just now; try again."))
        if user.verified_at is None:
            return Failure(EmailUnverified(detail="Open the link in the mail we sent you."), keep=True)
        now = self.clock.now()
        if self.passwords.needs_rehash(user.password_hash):
            await self.users.set_password(user.id, await self.passwords.hash(message.password), now)
        await self._make_room(user, now)
        session = await self._begin(user, now)
        secret = self.secrets.first()
        await self.issuer.keep(secret, session, now)
        await self.events.append(UserLoginSucceeded(user_id=user.id, session_id=session.id))
        return Success(self.issuer.tokens(user, session, secret, now))

    async def _make_room(self, user: User, now: datetime) -> None:
        oldest = evicted(await self.sessions.live(user.id, now), user.tier)
        if oldest:
            ended = await self.ender.end(user.id, [session.id for session in oldest], EndReason.EVICTED, now)
            await self.events.append(SessionEvictedOccurred(user_id=user.id, session_ids=ended))

    async def _begin(self, user: User, now: datetime) -> Session:
        session = Session(
            id=SessionId(uuid7()),
            user_id=user.id,
            device=self.devices.describe(self.actor.user_agent),
            ip_address=self.actor.ip_address,
            user_agent=self.actor.user_agent,
            created_at=now,
            expires_at=now + timedelta(days=self.policy.session_days),
            token_version=(await self.versions.required(user.id)).version,
        )
        await self.sessions.add(session)
        return session
