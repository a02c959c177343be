"""Identity's use cases with everything they are given in memory."""

from dataclasses import fields, replace
from typing import Any, get_type_hints

from app.application.identity.policy import IdentityPolicy
from app.application.registry import USE_CASES, Message
from app.core.clock import Clock
from app.core.errors import DomainError
from app.core.loading import load
from app.core.result import Failure, Result, Success
from app.domain.identity.actor import Actor
from app.domain.identity.session import MailTokenKind, Session, Tier
from app.domain.identity.user import User
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import (
    CommonPasswords,
    CredentialReader,
    LoginFailureRepository,
    MailSecrets,
    MailTokenRepository,
    PasswordHasher,
    TokenVersions,
    UserRepository,
)
from app.domain.protocols.sessions import (
    AccessTokens,
    DeviceNames,
    RefreshSecrets,
    RefreshTokenRepository,
    SessionGate,
    SessionRepository,
)
from tests.fakes.clock import FakeClock
from tests.fakes.events import FakeEventLog
from tests.fakes.identity import (
    FakeCommonPasswords,
    FakeLoginFailureRepository,
    FakeMailSecrets,
    FakeMailTokenRepository,
    FakePasswordHasher,
    FakeTokenVersions,
    FakeUserRepository,
)
from tests.fakes.sessions import (
    FakeAccessTokens,
    FakeDeviceNames,
    FakeRefreshSecrets,
    FakeRefreshTokenRepository,
    FakeSessionGate,
    FakeSessionRepository,
)
from tests.values import NOW, actor, user

EMAIL, PASSWORD, NEWER = "ada@example.com", "correct horse battery staple", "a quite different pass phrase"
COMMON = "a very common password"
POLICY = IdentityPolicy(
    password_length_min=15,
    verification_hours=24,
    reset_minutes=15,
    mails_per_hour=3,
    session_days=30,
    refresh_idle_days=7,
    confirmation_seconds=300,
    rotation_grace_seconds=300,
    conceal_accounts=False,
    default_tier=Tier.PLUS,
)


class Office:
    """Runs a message's handler; what it needs is found by the types of its annotations, as in the real graph."""

    def __init__(self) -> None:
        self.users = FakeUserRepository()
        self.failures = FakeLoginFailureRepository()
        self.mail_tokens = FakeMailTokenRepository()
        self.versions = FakeTokenVersions()
        self.passwords = FakePasswordHasher()
        self.sessions = FakeSessionRepository()
        self.refresh_tokens = FakeRefreshTokenRepository(self.sessions)
        self.access = FakeAccessTokens()
        self.gate = FakeSessionGate()
        self.events = FakeEventLog()
        self.clock = FakeClock(NOW)
        self.policy = POLICY
        self.actor = replace(actor(), user_agent="tests")
        load("app.application")

    async def does[R](self, message: Message[R]) -> Result[R]:
        handler = self._made(USE_CASES[type(message)].handler)
        result: Result[R] = await handler(message)
        return result

    async def answers[R](self, message: Message[R]) -> R:
        result = await self.does(message)
        assert isinstance(result, Success), result
        return result.value

    async def refuses(self, message: Message[Any]) -> type[DomainError]:
        """Why; a handler that refuses records no success, and leaves nothing but what is to be kept."""
        result = await self.does(message)
        assert isinstance(result, Failure), result
        return type(result.error)

    async def knows(self, **changed: object) -> User:
        """A user who registered and verified long ago."""
        known = user(**{"email": EMAIL, "password_hash": f"new:{PASSWORD}", "verified_at": NOW} | changed)
        await self.users.add(known)
        return known

    def acts(self, session: Session) -> None:
        """From now on the session's user acts."""
        self.actor = replace(self.actor, user_id=session.user_id, session_id=session.id)

    def secret(self, kind: MailTokenKind) -> str:
        """What the newest mail of this kind says."""
        newest = [token for token in self.mail_tokens.tokens.values() if token.kind is kind][-1]
        return FakeMailSecrets().secret(newest.id)

    def said(self, kind: type) -> list[Any]:
        """The events of a kind, in order."""
        return [event for event in self.events.pending if type(event) is kind]

    def _made(self, wanted: Any) -> Any:
        ports: dict[Any, Any] = {
            UserRepository: self.users,
            CredentialReader: self.users,
            LoginFailureRepository: self.failures,
            MailTokenRepository: self.mail_tokens,
            TokenVersions: self.versions,
            PasswordHasher: self.passwords,
            CommonPasswords: FakeCommonPasswords(frozenset({COMMON})),
            MailSecrets: FakeMailSecrets(),
            SessionRepository: self.sessions,
            RefreshTokenRepository: self.refresh_tokens,
            RefreshSecrets: FakeRefreshSecrets(),
            AccessTokens: self.access,
            SessionGate: self.gate,
            DeviceNames: FakeDeviceNames(),
            EventLog: self.events,
            Clock: self.clock,
            Actor: self.actor,
            IdentityPolicy: self.policy,
        }
        if wanted in ports:
            return ports[wanted]
        hints = get_type_hints(wanted)
        return wanted(**{field.name: self._made(hints[field.name]) for field in fields(wanted)})
