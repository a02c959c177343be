from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.identity.user import User
from app.domain.protocols.identity import SessionRepository
from app.infrastructure.postgres.identity import PostgresSessionRepository
from tests.fakes.identity import FakeSessionRepository
from tests.values import session_of

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)  # so that nobody else's sessions are purged


@pytest.fixture(params=["fake", "postgres"])
def sessions(request: pytest.FixtureRequest, session: AsyncSession) -> SessionRepository:
    return FakeSessionRepository() if request.param == "fake" else PostgresSessionRepository(session)


async def test_purging_deletes_what_expired_before_and_counts_it(sessions: SessionRepository, owner: User) -> None:
    for day in (-2, -1, 0, 1):
        await sessions.add(session_of(owner.id, expires_at=LONG_AGO + timedelta(days=day)))
    assert await sessions.purge(LONG_AGO) == 2
    assert await sessions.purge(LONG_AGO) == 0
    assert await sessions.purge(LONG_AGO + timedelta(days=2)) == 2


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", None])
async def test_a_session_keeps_where_it_came_from(session: AsyncSession, owner: User, address: str | None) -> None:
    stored = session_of(owner.id, ip_address=address, user_agent=None)
    await PostgresSessionRepository(session).add(stored)
    query = text("select host(ip_address), user_agent, expires_at from sessions where id = :id")
    found = (await session.execute(query, {"id": stored.id})).one()
    assert tuple(found) == (address, None, stored.expires_at)
