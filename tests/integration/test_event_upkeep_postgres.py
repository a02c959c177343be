"""Operators look at the log and try again what is stuck; what is old and handled is forgotten."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
from dishka import AsyncContainer

from app.application.events.list_events import ListEvents
from app.application.events.list_parked_events import ListParkedEvents
from app.application.events.retry_parked_events import NothingParked, RetryParkedEvents
from app.application.events.trim_event_log import TrimEventLog
from app.core.ids import uuid7
from app.core.result import Failure
from app.infrastructure.postgres.relay import Relay
from app.settings import Settings
from app.wiring.operator import operating
from app.wiring.servers import Servers
from tests.conftest import Operate
from tests.waiting import until

OLD, YOUNG = timedelta(days=91), timedelta(days=89)


@pytest.fixture
async def reaction(pool: asyncpg.Pool) -> AsyncIterator[str]:
    """A reaction that has come to the end of the log."""
    name = f"upkeep-{uuid4()}"
    await pool.execute("insert into reaction_cursors select $1, position from log_head", name)
    yield name
    await pool.execute("delete from reaction_cursors where reaction = $1", name)
    await pool.execute("delete from parked_events where reaction = $1", name)


async def entered(pool: asyncpg.Pool, ago: timedelta = timedelta()) -> tuple[int, UUID]:
    """An event in the log, as old as asked for, past which nothing of the running servers is waiting."""
    event_id = uuid7()
    async with pool.acquire() as connection, connection.transaction():
        position = await connection.fetchval("update log_head set position = position + 1 returning position")
        entry = "insert into event_log values ($1, $2, null, 'profile_update.attempted', '{}', $3, $4)"
        await connection.execute(entry, position, event_id, '{"trace_id": "x"}', datetime.now(UTC) - ago)
    return position, event_id


async def is_there(pool: asyncpg.Pool, position: int) -> bool:
    return bool(await pool.fetchval("select count(*) from event_log where position = $1", position))


async def handled(container: AsyncContainer, pool: asyncpg.Pool, reaction: str, position: int) -> None:
    """Every reaction has come that far: those of the application by themselves, the test's own here."""
    relay = await container.get(Relay)

    async def no_lag() -> bool:
        await relay.step()
        return await relay.lag_seconds() == 0

    await until(no_lag, "the application's reactions")
    await pool.execute("update reaction_cursors set position = $2 where reaction = $1", reaction, position)


async def test_what_is_old_and_handled_is_forgotten_and_nothing_else(
    pool: asyncpg.Pool, reaction: str, operate: Operate, container: AsyncContainer
) -> None:
    gone, parked, young = [(await entered(pool, age))[0] for age in (OLD, OLD, YOUNG)]
    waiting, _ = await entered(pool, OLD)
    await handled(container, pool, reaction, young)
    park = "insert into parked_events (reaction, position, error) values ($1, $2, 'x')"
    await pool.execute(park, reaction, parked)
    assert await operate(TrimEventLog()) >= 1
    kept = [await is_there(pool, position) for position in (gone, parked, young, waiting)]
    assert kept == [False, True, True, True]


async def test_the_database_refuses_to_forget_what_is_young(pool: asyncpg.Pool) -> None:
    position, _ = await entered(pool, timedelta(days=29))
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await pool.execute("delete from event_log where position = $1", position)


async def test_a_parked_event_is_shown_and_tried_again_at_once(
    pool: asyncpg.Pool, reaction: str, operate: Operate
) -> None:
    position, _ = await entered(pool)
    park = """
        insert into parked_events (reaction, position, error, attempts, next_at)
        values ($1, $2, 'away', 60, now() + interval '1 day')
    """
    await pool.execute(park, reaction, position)
    [line] = await operate(ListParkedEvents(limit=10, reaction=reaction))
    assert (line.position, line.name, line.attempts, line.error) == (position, "profile_update.attempted", 60, "away")
    assert await operate(RetryParkedEvents(reaction=reaction, position=position)) == 1
    [again] = await operate(ListParkedEvents(limit=10, reaction=reaction))
    assert again.attempts == 0
    assert again.next_at <= datetime.now(UTC)


async def test_a_retry_of_nothing_says_so(settings: Settings, servers: Servers) -> None:
    async with operating(settings, servers, "tests") as dispatch:
        refused = await dispatch(RetryParkedEvents(reaction=str(uuid4())))
    assert isinstance(refused, Failure)
    assert isinstance(refused.error, NothingParked)


async def test_the_newest_events_are_listed_first(pool: asyncpg.Pool, operate: Operate) -> None:
    first, second = [(await entered(pool))[0] for _ in range(2)]
    lines = await operate(ListEvents(limit=1_000, name="profile_update.attempted"))
    positions = [line.position for line in lines]
    assert positions.index(second) < positions.index(first)
    assert await operate(ListEvents(limit=10, user_id=uuid4())) == []
