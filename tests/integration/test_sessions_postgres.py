from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.ids import SessionId
from app.domain.identity.session import EndReason, Session
from app.domain.identity.user import User
from app.domain.protocols.sessions import RefreshTokenRepository, SessionRepository
from app.infrastructure.postgres.sessions import PostgresRefreshTokenRepository, PostgresSessionRepository
from tests.fakes.sessions import FakeRefreshTokenRepository, FakeSessionRepository
from tests.values import NOW, refresh_token, session_of

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)  # so that nobody else's sessions are purged

type Both = tuple[SessionRepository, RefreshTokenRepository]


@pytest.fixture(params=["fake", "postgres"])
def both(request: pytest.FixtureRequest, session: AsyncSession) -> Both:
    if request.param == "postgres":
        return PostgresSessionRepository(session), PostgresRefreshTokenRepository(session)
    fake = FakeSessionRepository()
    return fake, FakeRefreshTokenRepository(fake)


@pytest.fixture
def sessions(both: Both) -> SessionRepository:
    return both[0]


@pytest.fixture
def tokens(both: Both) -> RefreshTokenRepository:
    return both[1]


@pytest.fixture
async def stored(sessions: SessionRepository, owner: User) -> Session:
    stored = session_of(owner.id)
    await sessions.add(stored)
    return stored


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", None])
async def test_a_session_is_kept_as_it_is(sessions: SessionRepository, owner: User, address: str | None) -> None:
    stored = session_of(owner.id, ip_address=address, user_agent=None, device=None, token_version=7)
    await sessions.add(stored)
    assert await sessions.get(stored.id) == stored
    assert await sessions.get(SessionId(uuid4())) is None


async def test_sessions_live_until_they_end_or_expire(sessions: SessionRepository, stored: Session) -> None:
    expired = session_of(stored.user_id, expires_at=NOW)
    await sessions.add(expired)
    assert await sessions.live(stored.user_id, NOW) == [stored]
    assert await sessions.live(stored.user_id, NOW - timedelta(days=1)) in ([stored, expired], [expired, stored])
    await sessions.end([stored.id], EndReason.LOGOUT, NOW)
    assert await sessions.live(stored.user_id, NOW) == []


async def test_a_session_ends_once(sessions: SessionRepository, stored: Session) -> None:
    other = session_of(stored.user_id)
    await sessions.add(other)
    for at in (NOW, NOW + timedelta(hours=1)):
        await sessions.end([stored.id, SessionId(uuid4())], EndReason.REVOKED, at)
    await sessions.end([], EndReason.REVOKED, NOW)
    assert await sessions.get(stored.id) == replace(stored, ended_at=NOW)
    assert await sessions.get(other.id) == other


async def test_a_confirmation_and_a_renewal_are_noted(sessions: SessionRepository, stored: Session) -> None:
    await sessions.confirm(stored.id, NOW)
    await sessions.renew(stored.id, 5, NOW)
    assert await sessions.get(stored.id) == replace(stored, confirmed_until=NOW, token_version=5)


async def test_purging_deletes_what_expired_before_and_counts_it(sessions: SessionRepository, owner: User) -> None:
    for day in (-2, -1, 0, 1):
        await sessions.add(session_of(owner.id, expires_at=LONG_AGO + timedelta(days=day)))
    assert await sessions.purge(LONG_AGO) == 2
    assert await sessions.purge(LONG_AGO) == 0
    assert await sessions.purge(LONG_AGO + timedelta(days=2)) == 2


async def test_a_refresh_token_is_found_by_its_hash_only(tokens: RefreshTokenRepository, stored: Session) -> None:
    token = refresh_token(stored)
    await tokens.add(token)
    assert await tokens.get(token.secret_hash) == token
    assert await tokens.session_of(token.secret_hash) == (stored.id, stored.user_id)
    for unknown in (b"", token.secret_hash[:-1], bytes(16)):
        assert await tokens.get(unknown) is None
        assert await tokens.session_of(unknown) is None


async def test_using_a_token_concerns_that_one_only(tokens: RefreshTokenRepository, stored: Session) -> None:
    token, successor = refresh_token(stored), refresh_token(stored)
    for one in (token, successor):
        await tokens.add(one)
    await tokens.use(token, NOW)
    assert await tokens.get(token.secret_hash) == replace(token, used_at=NOW)
    assert await tokens.get(successor.secret_hash) == successor
