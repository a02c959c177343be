"""What a reaction does on the relay's own connection happens exactly once, in order, or not at all."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.application.reactions.registry import LoggedEvent
from app.core.ids import SessionId, UserId, uuid7
from app.domain.events.registry import EventMetadata
from app.domain.events.sessions import UserLoginSucceeded
from app.infrastructure.postgres.following import Follower
from app.infrastructure.postgres.relay import Relay
from app.infrastructure.postgres.unit_of_work import PostgresEventLog
from tests.fakes.events import FakeLogWaker
from tests.values import actor
from tests.waiting import until


class Ledger:
    """A reaction that books every login of its own users in a table, and fails at those it is told to."""

    def __init__(self) -> None:
        self.name = f"ledger-{uuid4()}"
        self.people = [UserId(uuid7()) for _ in range(2)]
        self.poison: set[UUID] = set()

    def wants(self, meta: EventMetadata) -> bool:
        return meta.event is UserLoginSucceeded

    async def apply(self, connection: asyncpg.Connection, events: Sequence[LoggedEvent]) -> None:
        for logged in events:
            event = logged.event
            assert isinstance(event, UserLoginSucceeded)
            if event.user_id not in self.people:
                continue
            insert = "insert into booked (reaction, user_id, session_id) values ($1, $2, $3)"
            await connection.execute(insert, self.name, event.user_id, event.session_id)
            if event.session_id in self.poison:
                await connection.execute("select 1/0")


class Office:
    """The ledger, and people who log in."""

    def __init__(self, ledger: Ledger, pool: asyncpg.Pool, engine: AsyncEngine) -> None:
        self.ledger = ledger
        self.pool = pool
        self._events = PostgresEventLog(AsyncSession(engine), engine, actor(), FakeLogWaker())

    async def log_in(self, *users: UserId) -> list[UUID]:
        sessions = [SessionId(uuid7()) for _ in users]
        for user_id, session_id in zip(users, sessions, strict=True):
            await self._events.append_now(UserLoginSucceeded(user_id=user_id, session_id=session_id))
        return [*sessions]

    async def booked(self, user_id: UserId) -> list[UUID]:
        query = "select session_id from booked where reaction = $1 and user_id = $2 order by seq"
        return [row["session_id"] for row in await self.pool.fetch(query, self.ledger.name, user_id)]

    async def parked(self) -> list[tuple[UUID, int]]:
        query = "select user_id, attempts from parked_events where reaction = $1 order by position"
        return [tuple(row) for row in await self.pool.fetch(query, self.ledger.name)]

    async def settled(self, relay: Relay) -> None:
        """Step until the ledger has seen the whole log."""

        async def no_lag() -> bool:
            await relay.step()
            return await relay.lag_seconds() == 0

        await until(no_lag, "the end of the log")


@pytest.fixture(scope="module")
async def table(pool: asyncpg.Pool) -> AsyncIterator[None]:
    columns = "seq bigint generated always as identity, reaction text, user_id uuid, session_id uuid"
    await pool.execute(f"create table booked ({columns})")
    yield
    await pool.execute("drop table booked")


@pytest.fixture
async def office(table: None, pool: asyncpg.Pool, engine: AsyncEngine) -> AsyncIterator[Office]:  # noqa: ARG001  # it is used in SQL
    ledger = Ledger()
    yield Office(ledger, pool, engine)
    await pool.execute("delete from reaction_cursors where reaction = $1", ledger.name)
    await pool.execute("delete from parked_events where reaction = $1", ledger.name)


@pytest.fixture
async def relay(office: Office) -> Relay:
    """It has met its reaction already, which so begins with what happens next."""
    relay = Relay(office.pool, FakeLogWaker(), [office.ledger])
    await relay.step()
    return relay


async def test_a_relay_that_is_cut_off_leaves_neither_effect_nor_mark(office: Office, relay: Relay) -> None:
    ada, bob = office.ledger.people
    sessions = await office.log_in(ada, bob, ada)
    await office.settled(Relay(office.pool, FakeLogWaker(), []))
    doomed: asyncpg.Connection = await office.pool.acquire()
    transaction = doomed.transaction()
    await transaction.start()
    await Follower(doomed, office.ledger).step()
    doomed.terminate()
    with suppress(asyncpg.InterfaceError):
        await office.pool.release(doomed)
    await office.settled(relay)
    assert await office.booked(ada) == [sessions[0], sessions[2]]
    assert await office.booked(bob) == [sessions[1]]


async def test_a_poison_event_undoes_its_own_effect_and_holds_up_its_user_only(office: Office, relay: Relay) -> None:
    ada, bob = office.ledger.people
    sessions = await office.log_in(ada, ada, bob, ada)
    office.ledger.poison = {sessions[1]}
    await office.settled(relay)
    assert (await office.booked(ada), await office.booked(bob)) == ([sessions[0]], [sessions[2]])
    assert [user for user, _ in await office.parked()] == [ada, ada]
    office.ledger.poison = set()
    later = await office.log_in(ada)

    async def caught_up() -> bool:
        await relay.step()
        return not await office.parked()

    await until(caught_up, "the parked events")
    assert await office.booked(ada) == [sessions[0], sessions[1], sessions[3], *later]


async def test_relays_at_the_same_time_book_everything_once(office: Office, relay: Relay) -> None:
    sessions = await office.log_in(*office.ledger.people * 30)
    others = [asyncio.create_task(Relay(office.pool, FakeLogWaker(), [office.ledger]).run()) for _ in range(3)]
    await office.settled(relay)
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    booked = [await office.booked(user_id) for user_id in office.ledger.people]
    assert booked == [sessions[0::2], sessions[1::2]]


async def test_work_that_only_polling_found_is_counted(office: Office, relay: Relay) -> None:
    await office.settled(relay)
    task = asyncio.create_task(relay.run())  # its waker never calls
    await office.log_in(office.ledger.people[0])

    async def counted() -> bool:
        return relay.found_by_polling > 0

    await until(counted, "the count")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
