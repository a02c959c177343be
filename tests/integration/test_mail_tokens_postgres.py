from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.identity.session import MailTokenKind
from app.domain.identity.user import User
from app.domain.protocols.identity import MailTokenRepository
from app.infrastructure.postgres.credentials import PostgresMailTokenRepository
from app.infrastructure.postgres.users import PostgresUserRepository
from tests.fakes.identity import FakeMailTokenRepository
from tests.values import NOW, mail_token, user

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)  # so that nobody else's tokens are purged
VERIFICATION, RESET = MailTokenKind


@pytest.fixture(params=["fake", "postgres"])
def tokens(request: pytest.FixtureRequest, session: AsyncSession) -> MailTokenRepository:
    return FakeMailTokenRepository() if request.param == "fake" else PostgresMailTokenRepository(session)


@pytest.fixture
async def other(session: AsyncSession) -> User:
    stored = user()
    await PostgresUserRepository(session).add(stored)
    return stored


@pytest.mark.parametrize("kind", MailTokenKind)
async def test_a_token_is_used_up_once(tokens: MailTokenRepository, owner: User, kind: MailTokenKind) -> None:
    stored = mail_token(owner.id, kind=kind)
    await tokens.add(stored)
    assert await tokens.consume(kind, stored.secret_hash, NOW) == stored
    assert await tokens.consume(kind, stored.secret_hash, NOW) is None


async def test_an_unknown_secret_uses_nothing_up(tokens: MailTokenRepository, owner: User) -> None:
    stored = mail_token(owner.id)
    await tokens.add(stored)
    assert await tokens.consume(VERIFICATION, b"", NOW) is None
    assert await tokens.consume(VERIFICATION, stored.secret_hash[:-1], NOW) is None
    assert await tokens.consume(RESET, stored.secret_hash, NOW) is None
    assert await tokens.consume(VERIFICATION, stored.secret_hash, NOW) == stored


async def test_an_expired_token_is_answered_too(tokens: MailTokenRepository, owner: User) -> None:
    stored = mail_token(owner.id, expires_at=LONG_AGO)
    await tokens.add(stored)
    assert await tokens.consume(VERIFICATION, stored.secret_hash, NOW) == stored


async def test_used_ones_of_the_same_kind_and_user_are_counted(
    tokens: MailTokenRepository, owner: User, other: User
) -> None:
    hour = timedelta(hours=1)
    made = [mail_token(owner.id, created_at=NOW + age) for age in (-hour, -hour / 2, 0 * hour)]
    for one in (*made, mail_token(owner.id, kind=RESET), mail_token(other.id)):
        await tokens.add(one)
    await tokens.consume(VERIFICATION, made[2].secret_hash, NOW)
    assert await tokens.count_since(VERIFICATION, owner.id, NOW - hour) == 2
    assert await tokens.count_since(RESET, owner.id, NOW - hour) == 1


async def test_voided_tokens_work_no_more(tokens: MailTokenRepository, owner: User, other: User) -> None:
    void = [mail_token(owner.id, kind=RESET) for _ in range(2)]
    valid = [mail_token(owner.id), mail_token(other.id, kind=RESET)]
    for one in (*void, *valid):
        await tokens.add(one)
    await tokens.void(RESET, owner.id, NOW)
    assert [await tokens.consume(one.kind, one.secret_hash, NOW) for one in (*void, *valid)] == [None, None, *valid]


async def test_purging_deletes_what_expired_an_hour_before(tokens: MailTokenRepository, owner: User) -> None:
    ages = (timedelta(minutes=-61), timedelta(minutes=-60), timedelta(days=1))
    stored = [mail_token(owner.id, expires_at=LONG_AGO + age) for age in ages]
    for one in stored:
        await tokens.add(one)
    assert await tokens.purge(LONG_AGO) == 1
    assert [await tokens.consume(VERIFICATION, one.secret_hash, NOW) for one in stored] == [None, *stored[1:]]
