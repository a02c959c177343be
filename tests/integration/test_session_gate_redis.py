from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.ids import SessionId, UserId
from app.domain.identity.session import Session
from app.infrastructure.postgres.identity import PostgresSessionRepository, PostgresUserRepository
from app.infrastructure.redis.client import make_redis
from app.infrastructure.redis.sessions import MARK_SECONDS, RedisSessionGate
from app.settings import Settings
from tests.running import free_port
from tests.values import session_of, user


@pytest.fixture
async def live(engine: AsyncEngine) -> Session:
    """A session that has not ended."""
    async with AsyncSession(engine) as session:
        owner = user()
        await PostgresUserRepository(session).add(owner)
        live = session_of(owner.id, expires_at=datetime.now(UTC) + timedelta(days=1))
        await PostgresSessionRepository(session).add(live)
        await session.commit()
    return live


@pytest.fixture
def gate(redis: Redis, pool: asyncpg.Pool) -> RedisSessionGate:
    return RedisSessionGate(redis, pool)


@pytest.fixture
async def lonely_gate(settings: Settings, pool: asyncpg.Pool) -> AsyncIterator[RedisSessionGate]:
    """A gate whose Redis does not answer."""
    async with make_redis(f"redis://127.0.0.1:{free_port()}", settings.redis) as nobody:
        yield RedisSessionGate(nobody, pool)


ENDS = [
    "update sessions set ended_at = now() where id = $1",
    "update sessions set expires_at = now() where id = $1",
    "delete from sessions where id = $1",
    "update users set is_active = false where id = (select user_id from sessions where id = $1)",
]


async def test_a_live_session_is_marked_for_a_while(gate: RedisSessionGate, live: Session, redis: Redis) -> None:
    assert await gate.is_live(live.id, live.user_id)
    assert 0 < await redis.ttl(f"dashtam:live:{live.id}") <= MARK_SECONDS


async def test_a_session_is_its_user_s_only(gate: RedisSessionGate, live: Session) -> None:
    for _ in range(2):
        assert not await gate.is_live(live.id, UserId(uuid4()))
        assert not await gate.is_live(SessionId(uuid4()), live.user_id)
        assert await gate.is_live(live.id, live.user_id)


@pytest.mark.parametrize("end", ENDS)
async def test_an_ended_session_is_not_live_once_its_mark_is_gone(
    gate: RedisSessionGate, live: Session, redis: Redis, pool: asyncpg.Pool, end: str
) -> None:
    assert await gate.is_live(live.id, live.user_id)
    await pool.execute(end, live.id)
    await redis.delete(f"dashtam:live:{live.id}")
    assert not await gate.is_live(live.id, live.user_id)
    assert not await redis.exists(f"dashtam:live:{live.id}")


@pytest.mark.parametrize("mark", ["", "1", "true", str(uuid4())])
async def test_a_mark_that_says_something_else_does_not_count(
    gate: RedisSessionGate, live: Session, redis: Redis, pool: asyncpg.Pool, mark: str
) -> None:
    await pool.execute(ENDS[0], live.id)
    await redis.set(f"dashtam:live:{live.id}", mark)
    assert not await gate.is_live(live.id, live.user_id)


async def test_without_redis_the_database_is_asked(lonely_gate: RedisSessionGate, live: Session) -> None:
    for _ in range(3):
        assert await lonely_gate.is_live(live.id, live.user_id)
        assert not await lonely_gate.is_live(live.id, UserId(uuid4()))


@pytest.mark.parametrize("end", ENDS)
async def test_without_redis_access_ends_at_once(
    lonely_gate: RedisSessionGate, live: Session, pool: asyncpg.Pool, end: str
) -> None:
    assert await lonely_gate.is_live(live.id, live.user_id)
    await pool.execute(end, live.id)
    assert not await lonely_gate.is_live(live.id, live.user_id)
