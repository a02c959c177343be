"""Several relays, writers that commit in any order, and one that holds early ids open: no gap, no double, in order."""

import asyncio
import os
import random
import secrets
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import asyncpg
import pytest

from app.application.reactions.registry import LoggedEvent
from app.core.ids import uuid7
from app.domain.events.registry import WORKFLOWS, EventMetadata, Phase
from app.infrastructure.postgres.relay import Relay
from tests.fakes.events import FakeLogWaker
from tests.site import Site
from tests.waiting import until

SEED = int(os.environ.get("FAULTS_SEED") or secrets.randbelow(2**32))
EVENTS = 20_000
WRITERS, RELAYS, USERS = 8, 3, 40
TRANSACTION_EVENTS_MAX = 60
UNDONE = 0.1  # of the transactions
SETTLED = """
    select not exists (select from outbox) and place.position = head.position
    from reaction_cursors as place, log_head as head where reaction = $1
"""
INSERT = """
    insert into outbox (id, user_id, name, payload, actor)
    select id, $2, 'user_logout.failed', jsonb_build_object('reason', number), '{"trace_id": "t"}'
    from unnest($1::uuid[], $3::text[]) with ordinality as said (id, number, place) order by place
"""


class Ledger:
    """Books each event of its own users in the order in which it comes by; none of the application's reactions runs."""

    name = "together"

    def __init__(self, users: set[UUID]) -> None:
        self.users = users

    def wants(self, meta: EventMetadata) -> bool:
        return meta is WORKFLOWS["user_logout", Phase.FAILED]

    async def apply(self, connection: asyncpg.Connection, events: Sequence[LoggedEvent]) -> None:
        rows = [(event.id, event.user_id, event.position) for event in events if event.user_id in self.users]
        await connection.executemany("insert into together (id, user_id, position) values ($1, $2, $3)", rows)


class Town:
    """Writers, and what each user did and committed, in order."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._random = random.Random(SEED)
        self._left = EVENTS
        self.done: dict[UUID, list[UUID]] = {uuid7(): [] for _ in range(USERS)}
        self._locks = {user_id: asyncio.Lock() for user_id in self.done}

    async def write(self) -> None:
        while self._left > 0:
            user_id = self._random.choice([*self.done])
            async with self._locks[user_id]:  # as the lock on the user's row
                await self._transaction(user_id, self._random.randint(1, TRANSACTION_EVENTS_MAX))

    async def _transaction(self, user_id: UUID, count: int) -> None:
        ids = [uuid7() for _ in range(count)]
        undone = self._random.random() < UNDONE
        async with self._pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute(INSERT, ids, user_id, [str(number) for number in range(count)])
            await (transaction.rollback() if undone else transaction.commit())
        if not undone:
            self._left -= count
            self.done[user_id] += ids


@pytest.fixture
async def table(broken: Site) -> AsyncIterator[None]:
    columns = "seq bigint generated always as identity, id uuid primary key, user_id uuid, position bigint"
    await broken.pool.execute(f"create table together ({columns})")
    yield
    await broken.pool.execute("drop table together")
    await broken.pool.execute("delete from reaction_cursors where reaction = 'together'")


@pytest.mark.usefixtures("table")
async def test_relays_together_lose_nothing_double_nothing_and_keep_each_users_order(broken: Site) -> None:
    print(f"\nFAULTS_SEED={SEED}")  # noqa: T201  # shown when the test fails
    pool = broken.pool
    await pool.execute("vacuum (analyze) outbox")  # the planner believes it empty while a backlog grows
    before = await pool.fetchval("select position from log_head")
    town = Town(pool)
    ledger = Ledger({*town.done})
    await Relay(pool, FakeLogWaker(), [ledger]).step()
    slow_user = uuid7()
    ledger.users.add(slow_user)
    relays = [asyncio.create_task(Relay(pool, FakeLogWaker(), [ledger]).run()) for _ in range(RELAYS)]
    async with pool.acquire() as slow:
        transaction = slow.transaction()
        await transaction.start()
        early = [uuid7() for _ in range(20)]
        await slow.execute(INSERT, early, slow_user, ["early"] * 20)  # the lowest ids of all, committed last
        await asyncio.gather(*(town.write() for _ in range(WRITERS)))
        await transaction.commit()
    town.done[slow_user] = early

    async def settled() -> bool:
        return bool(await pool.fetchval(SETTLED, ledger.name))

    await until(settled, "the end of the log")
    for task in relays:
        task.cancel()
    await asyncio.gather(*relays, return_exceptions=True)
    log = await pool.fetch("select position, id, user_id from event_log where position > $1 order by position", before)
    assert [row["position"] for row in log] == [*range(before + 1, before + 1 + len(log))]
    booked = await pool.fetch("select id, user_id, position from together order by seq")
    assert [row["position"] for row in booked] == sorted(row["position"] for row in booked)
    for rows in ([row for row in log if row["user_id"] in town.done], booked):
        assert len(rows) == sum(map(len, town.done.values()))
        for user_id, ids in town.done.items():
            assert [row["id"] for row in rows if row["user_id"] == user_id] == ids
