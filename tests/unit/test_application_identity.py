from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from app.application.identity.create_session import (
    CreateSession,
    CreateSessionHandler,
    CredentialsWrong,
    EmailUnverified,
)
from app.application.identity.policy import IdentityPolicy
from app.application.identity.purge_expired_tokens import Purged, PurgeExpiredTokens, PurgeExpiredTokensHandler
from app.application.identity.register_user import EmailInvalid, EmailTaken, RegisterUser, RegisterUserHandler
from app.application.identity.verify_email import VerificationTokenInvalid, VerifyEmail, VerifyEmailHandler
from app.core.result import Failure, Success
from app.domain.events.identity import EmailVerificationSucceeded, UserLoginSucceeded, UserRegistrationSucceeded
from app.domain.identity.password import PasswordTooWeak
from app.domain.identity.user import User
from tests.fakes.clock import FakeClock
from tests.fakes.events import FakeEventLog
from tests.fakes.identity import (
    FakeAccessTokens,
    FakeCommonPasswords,
    FakeMailTokens,
    FakePasswordHasher,
    FakeSessionRepository,
    FakeUserRepository,
    FakeVerificationTokenRepository,
)
from tests.values import NOW, actor, session_of, token, user

EMAIL, PASSWORD = "ada@example.com", "correct horse battery staple"
POLICY = IdentityPolicy(password_length_min=15, verification_hours=24, session_days=30)


class Office:
    """All that identity's use cases are given."""

    def __init__(self) -> None:
        self.users = FakeUserRepository()
        self.tokens = FakeVerificationTokenRepository()
        self.sessions = FakeSessionRepository()
        self.passwords = FakePasswordHasher()
        self.access = FakeAccessTokens()
        self.events = FakeEventLog()
        self.clock = FakeClock(NOW)

    async def registers(self, email: str = EMAIL, password: str = PASSWORD) -> object:
        common = FakeCommonPasswords(frozenset({"a very common password"}))
        handler = RegisterUserHandler(
            self.users, self.tokens, self.passwords, common, FakeMailTokens(), self.events, self.clock, POLICY
        )
        return await handler(RegisterUser(email=email, password=password))

    async def verifies(self, secret: str) -> object:
        return await VerifyEmailHandler(self.users, self.tokens, self.events, self.clock)(VerifyEmail(token=secret))

    async def logs_in(self, email: str = EMAIL, password: str = PASSWORD) -> object:
        handler = CreateSessionHandler(
            self.users, self.sessions, self.passwords, self.access, self.events, actor(), self.clock, POLICY
        )
        return await handler(CreateSession(email=email, password=password))

    async def knows(self, **changed: object) -> User:
        """A user who registered and verified long ago."""
        known = user(**{"email": EMAIL, "password_hash": f"new:{PASSWORD}", "verified_at": NOW} | changed)
        await self.users.add(known)
        return known

    @property
    def secret(self) -> str:
        """What the mail to the last registered user says."""
        (event,) = self.events.pending
        assert isinstance(event, UserRegistrationSucceeded)
        return FakeMailTokens().secret(event.token_id)


@pytest.fixture
def office() -> Office:
    return Office()


def refusal(result: object) -> type:
    assert isinstance(result, Failure)
    return type(result.error)


async def test_registering_stores_the_user_with_a_hash_and_a_token(office: Office) -> None:
    assert isinstance(await office.registers("Ada@Example.com"), Success)
    (made,) = office.users.users.values()
    assert (made.email, made.password_hash, made.verified_at, made.roles) == (EMAIL, f"new:{PASSWORD}", None, ("user",))
    (proof,) = office.tokens.tokens.values()
    assert (proof.user_id, proof.expires_at) == (made.id, NOW + timedelta(hours=24))
    assert proof.secret_hash == sha256(office.secret.encode()).digest()
    assert office.events.pending == [UserRegistrationSucceeded(user_id=made.id, email=EMAIL, token_id=proof.id)]


async def test_an_address_in_use_is_refused(office: Office) -> None:
    known = await office.knows()
    assert refusal(await office.registers(EMAIL.upper())) is EmailTaken
    assert [*office.users.users.values()] == [known]
    assert (office.tokens.tokens, office.events.pending) == ({}, [])


@pytest.mark.parametrize(
    ("email", "password", "why"),
    [
        ("ada@example", PASSWORD, EmailInvalid),
        (EMAIL, "too short", PasswordTooWeak),
        (EMAIL, "a very common password", PasswordTooWeak),
    ],
)
async def test_what_is_refused_leaves_nothing(office: Office, email: str, password: str, why: type) -> None:
    assert refusal(await office.registers(email, password)) is why
    assert (office.users.users, office.tokens.tokens, office.events.pending) == ({}, {}, [])


async def test_the_mailed_secret_verifies_once(office: Office) -> None:
    await office.registers()
    (made,) = office.users.users.values()
    secret = office.secret
    office.clock.advance(hours=23)
    assert isinstance(await office.verifies(secret), Success)
    assert office.users.users[made.id].verified_at == office.clock.now()
    assert office.events.pending[1:] == [EmailVerificationSucceeded(user_id=made.id)]
    assert refusal(await office.verifies(secret)) is VerificationTokenInvalid


@pytest.mark.parametrize("hours", [24, 25])
async def test_an_expired_secret_verifies_nothing(office: Office, hours: int) -> None:
    await office.registers()
    secret = office.secret
    office.clock.advance(hours=hours)
    assert refusal(await office.verifies(secret)) is VerificationTokenInvalid
    assert [made.verified_at for made in office.users.users.values()] == [None]


async def test_logging_in_opens_a_session_and_issues_a_token_for_it(office: Office) -> None:
    known = await office.knows()
    assert isinstance(await office.logs_in(" ADA@example.com "), Success)
    (session,) = office.sessions.sessions.values()
    assert (session.user_id, session.expires_at) == (known.id, NOW + timedelta(days=30))
    (claims,) = office.access.issued
    assert (claims.user_id, claims.session_id, claims.roles) == (known.id, session.id, ("user",))
    assert claims.expires_at == NOW.timestamp() + 900
    assert office.events.pending == [UserLoginSucceeded(user_id=known.id, session_id=session.id)]


@pytest.mark.parametrize(
    ("known", "email", "password"),
    [
        ({}, "eve@example.com", PASSWORD),
        ({}, EMAIL, "wrong"),
        ({"is_active": False}, EMAIL, PASSWORD),
        ({"verified_at": None}, EMAIL, "wrong"),
        ({}, "@", PASSWORD),
    ],
)
async def test_whoever_may_not_log_in_costs_one_comparison_and_learns_nothing(
    office: Office, known: dict[str, object], email: str, password: str
) -> None:
    await office.knows(**known)
    result = await office.logs_in(email, password)
    assert result == Failure(CredentialsWrong(detail="Check both and try again."))
    assert (office.passwords.compared, office.sessions.sessions, office.access.issued) == (1, {}, [])


async def test_only_the_right_password_learns_that_the_address_is_unverified(office: Office) -> None:
    await office.knows(verified_at=None)
    assert refusal(await office.logs_in()) is EmailUnverified
    assert office.sessions.sessions == {}


async def test_a_hash_of_yesterday_is_made_again_at_login(office: Office) -> None:
    known = await office.knows(password_hash=f"old:{PASSWORD}")
    await office.logs_in(password="wrong")
    assert office.users.users[known.id] == known
    await office.logs_in()
    assert office.users.users[known.id] == replace(known, password_hash=f"new:{PASSWORD}")


async def test_purging_deletes_what_expired_and_counts_it(office: Office) -> None:
    known = await office.knows()
    for minutes in (-2, -1, 0, 1):
        await office.tokens.add(token(known.id, expires_at=NOW + timedelta(minutes=minutes)))
    for minutes in (-1, 1):
        await office.sessions.add(session_of(known.id, expires_at=NOW + timedelta(minutes=minutes)))
    purged = await PurgeExpiredTokensHandler(office.tokens, office.sessions, office.clock)(PurgeExpiredTokens())
    assert purged == Success(Purged(verification_tokens=2, sessions=1))
    assert (len(office.tokens.tokens), len(office.sessions.sessions)) == (2, 1)
