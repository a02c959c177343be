from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.identity.user import User
from app.domain.protocols.identity import VerificationTokenRepository
from app.infrastructure.postgres.identity import PostgresVerificationTokenRepository
from tests.fakes.identity import FakeVerificationTokenRepository
from tests.values import NOW, token

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)  # so that nobody else's tokens are purged


@pytest.fixture(params=["fake", "postgres"])
def tokens(request: pytest.FixtureRequest, session: AsyncSession) -> VerificationTokenRepository:
    if request.param == "fake":
        return FakeVerificationTokenRepository()
    return PostgresVerificationTokenRepository(session)


async def test_a_token_is_taken_away_once(tokens: VerificationTokenRepository, owner: User) -> None:
    stored = token(owner.id)
    await tokens.add(stored)
    assert await tokens.consume(stored.secret_hash) == stored
    assert await tokens.consume(stored.secret_hash) is None


async def test_an_unknown_secret_takes_nothing(tokens: VerificationTokenRepository, owner: User) -> None:
    stored = token(owner.id)
    await tokens.add(stored)
    assert await tokens.consume(b"") is None
    assert await tokens.consume(stored.secret_hash[:-1]) is None
    assert await tokens.consume(stored.secret_hash) == stored


async def test_an_expired_token_is_answered_too(tokens: VerificationTokenRepository, owner: User) -> None:
    stored = token(owner.id, expires_at=LONG_AGO)
    await tokens.add(stored)
    assert await tokens.consume(stored.secret_hash) == stored


async def test_purging_deletes_what_expired_before(tokens: VerificationTokenRepository, owner: User) -> None:
    stored = [token(owner.id, expires_at=LONG_AGO + timedelta(days=day)) for day in (-1, 0, 1)]
    fresh = token(owner.id, expires_at=NOW)
    for one in (*stored, fresh):
        await tokens.add(one)
    assert await tokens.purge(LONG_AGO) == 1
    assert [await tokens.consume(one.secret_hash) for one in (*stored, fresh)] == [None, *stored[1:], fresh]
