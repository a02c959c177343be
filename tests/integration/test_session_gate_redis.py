from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.errors import OutOfServiceError
from app.core.ids import SessionId, UserId
from app.domain.identity.session import Session
from app.domain.protocols.limits import Bucket
from app.infrastructure.postgres.sessions import PostgresSessionRepository
from app.infrastructure.postgres.users import PostgresUserRepository
from app.infrastructure.redis.client import make_redis
from app.infrastructure.redis.guarded import GuardedRedis
from app.infrastructure.redis.limits import RedisRateLimiter
from app.infrastructure.redis.sessions import MARK_SECONDS, RedisSessionGate, mark_key
from app.settings import Settings
from tests.limits import PATIENCE_SECONDS
from tests.running import free_port
from tests.values import session_of, user

USER = ("user",)


def gate_of(redis: Redis, pool: Any) -> RedisSessionGate:
    guarded = GuardedRedis(redis, PATIENCE_SECONDS)
    return RedisSessionGate(redis, guarded, RedisRateLimiter(guarded), pool)


async def roles(gate: RedisSessionGate, session_id: SessionId, user_id: UserId) -> tuple[str, ...] | None:
    bucket = Bucket(principal=str(user_id), operation="test", capacity=100, refill_per_second=1)
    entry = await gate.enter(session_id, user_id, bucket)
    return entry.roles if entry else None


@pytest.fixture
async def live(engine: AsyncEngine, pool: asyncpg.Pool) -> Session:
    """A session that has not ended, its tokens of the newest version."""
    version = await pool.fetchval("select token_version from security_config")
    async with AsyncSession(engine) as session:
        owner = user()
        await PostgresUserRepository(session).add(owner)
        live = session_of(owner.id, expires_at=datetime.now(UTC) + timedelta(days=1), token_version=version)
        await PostgresSessionRepository(session).add(live)
        await session.commit()
    return live


@pytest.fixture
def gate(redis: Redis, pool: asyncpg.Pool) -> RedisSessionGate:
    return gate_of(redis, pool)


@pytest.fixture
async def lonely_gate(settings: Settings, pool: asyncpg.Pool) -> AsyncIterator[RedisSessionGate]:
    """A gate whose Redis does not answer."""
    async with make_redis(f"redis://127.0.0.1:{free_port()}", settings.redis) as nobody:
        yield gate_of(nobody, pool)


class EventfulPool:
    """A pool where something happens between a question's answer and its arrival."""

    def __init__(self, pool: asyncpg.Pool, meanwhile: Any) -> None:
        self._pool = pool
        self._meanwhile = meanwhile

    async def fetchrow(self, *question: Any) -> Any:
        answer = await self._pool.fetchrow(*question)
        await self._meanwhile()
        return answer


OWNER = "(select user_id from sessions where id = $1)"
ENDS = [
    "update sessions set ended_at = now() where id = $1",
    "update sessions set expires_at = now() where id = $1",
    "delete from sessions where id = $1",
    f"update users set is_active = false where id = {OWNER}",
    f"update users set token_version = 1000000, grace_until = now() where id = {OWNER}",
]


async def test_a_live_session_is_marked_for_a_while(gate: RedisSessionGate, live: Session, redis: Redis) -> None:
    for _ in range(2):
        assert await roles(gate, live.id, live.user_id) == USER
    assert 0 < await redis.ttl(mark_key(live.user_id, live.id)) <= MARK_SECONDS


async def test_the_mark_saves_the_question(
    gate: RedisSessionGate, live: Session, redis: Redis, pool: asyncpg.Pool
) -> None:
    await roles(gate, live.id, live.user_id)

    async def ask() -> None:
        raise AssertionError("PostgreSQL was asked")

    unasked = gate_of(redis, EventfulPool(pool, ask))
    assert await roles(unasked, live.id, live.user_id) == USER


@pytest.mark.parametrize("given", [[], ["readonly"], ["user", "admin"]])
async def test_a_session_has_the_roles_of_its_user(
    gate: RedisSessionGate, live: Session, pool: asyncpg.Pool, given: list[str]
) -> None:
    await pool.execute("update users set roles = $2 where id = $1", live.user_id, given)
    for _ in range(2):
        assert await roles(gate, live.id, live.user_id) == tuple(given)


async def test_a_session_is_its_user_s_only(gate: RedisSessionGate, live: Session) -> None:
    for _ in range(2):
        assert await roles(gate, live.id, UserId(uuid4())) is None
        assert await roles(gate, SessionId(uuid4()), live.user_id) is None
        assert await roles(gate, live.id, live.user_id) == USER


@pytest.mark.parametrize("end", ENDS)
async def test_what_is_forgotten_is_asked_anew_in_every_process(
    gate: RedisSessionGate, live: Session, redis: Redis, pool: asyncpg.Pool, end: str
) -> None:
    assert await roles(gate, live.id, live.user_id) == USER
    await gate_of(redis, pool).forget(live.user_id, [live.id])
    assert await roles(gate, live.id, live.user_id) == USER
    await pool.execute(end, live.id)
    assert await roles(gate, live.id, live.user_id) is None


async def test_who_asked_before_the_end_cannot_mark_after_it(
    gate: RedisSessionGate, live: Session, redis: Redis, pool: asyncpg.Pool
) -> None:
    async def end() -> None:
        """As the application does: forget, commit, and forget again."""
        await gate.forget(live.user_id, [live.id])
        await pool.execute(ENDS[0], live.id)
        await gate.forget(live.user_id, [live.id])

    slow = gate_of(redis, EventfulPool(pool, end))
    assert await roles(slow, live.id, live.user_id) == USER  # it was live when it asked
    assert await roles(gate, live.id, live.user_id) is None


async def test_who_asked_before_the_commit_cannot_mark_either(
    gate: RedisSessionGate, live: Session, pool: asyncpg.Pool
) -> None:
    await gate.forget(live.user_id, [live.id])
    assert await roles(gate, live.id, live.user_id) == USER
    await pool.execute(ENDS[0], live.id)
    assert await roles(gate, live.id, live.user_id) is None


async def test_a_tombstone_outlasts_any_mark(gate: RedisSessionGate, live: Session, redis: Redis) -> None:
    await roles(gate, live.id, live.user_id)
    await gate.forget(live.user_id, [live.id])
    assert await redis.ttl(mark_key(live.user_id, live.id)) > MARK_SECONDS


async def test_forgetting_nothing_needs_no_redis(lonely_gate: RedisSessionGate) -> None:
    await lonely_gate.forget(UserId(uuid4()), [])


@pytest.mark.parametrize("behind", [1, 2])
async def test_an_older_version_is_live_within_the_grace_only(
    gate: RedisSessionGate, live: Session, pool: asyncpg.Pool, behind: int
) -> None:
    rotate = "update users set token_version = $2, grace_until = now() + interval '1 minute' where id = $1"
    await pool.execute(rotate, live.user_id, live.token_version + behind)
    assert await roles(gate, live.id, live.user_id) == (USER if behind == 1 else None)
    await pool.execute("update users set grace_until = now() where id = $1", live.user_id)
    await gate.forget(live.user_id, [live.id])
    assert await roles(gate, live.id, live.user_id) is None


@pytest.mark.parametrize(("before", "graced"), [(7, True), (8, False)])
async def test_everybody_s_version_may_jump_and_gives_grace_to_the_one_before(
    gate: RedisSessionGate, live: Session, pool: asyncpg.Pool, before: int, *, graced: bool
) -> None:
    known = await pool.fetchrow("select token_version, previous_version, grace_until from security_config")
    change = "update security_config set token_version = $1, previous_version = $2, grace_until = $3"
    await pool.execute("update sessions set token_version = 7 where id = $1", live.id)
    try:
        await pool.execute(change, 20, before, datetime.now(UTC) + timedelta(minutes=1))
        assert await roles(gate, live.id, live.user_id) == (USER if graced else None)
    finally:
        await pool.execute(change, *known)


@pytest.mark.parametrize("mark", ["", "1", "true", "-", str(UUID(int=1))])
async def test_a_mark_that_says_something_else_does_not_count(
    gate: RedisSessionGate, live: Session, redis: Redis, pool: asyncpg.Pool, mark: str
) -> None:
    await pool.execute(ENDS[0], live.id)
    await redis.set(mark_key(live.user_id, live.id), mark, ex=MARK_SECONDS)
    assert await roles(gate, live.id, live.user_id) is None


async def test_without_redis_the_database_is_asked(lonely_gate: RedisSessionGate, live: Session) -> None:
    for _ in range(3):
        assert await roles(lonely_gate, live.id, live.user_id) == USER
        assert await roles(lonely_gate, live.id, UserId(uuid4())) is None


async def test_without_redis_whoever_ends_a_session_is_told_that_nobody_heard(
    lonely_gate: RedisSessionGate, live: Session
) -> None:
    with pytest.raises(OutOfServiceError):
        await lonely_gate.forget(live.user_id, [live.id])


@pytest.mark.parametrize("end", ENDS)
async def test_without_redis_access_ends_at_once(
    lonely_gate: RedisSessionGate, live: Session, pool: asyncpg.Pool, end: str
) -> None:
    assert await roles(lonely_gate, live.id, live.user_id) == USER
    await pool.execute(end, live.id)
    assert await roles(lonely_gate, live.id, live.user_id) is None
