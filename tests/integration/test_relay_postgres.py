import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.application.reactions.registry import LoggedEvent
from app.core.ids import SessionId, UserId, uuid7
from app.domain.events.registry import EventMetadata
from app.domain.events.sessions import UserLoginSucceeded
from app.infrastructure.postgres.relay import Relay
from app.infrastructure.postgres.unit_of_work import PostgresEventLog
from tests.fakes.events import FakeLogWaker
from tests.values import actor
from tests.waiting import until


class Diary:
    """A reaction that writes down the logins of its own users, and fails where it is told to."""

    def __init__(self, users: set[UserId]) -> None:
        self.name = f"diary-{uuid4()}"
        self.users = users
        self.failing: set[UUID] = set()
        self.dying = 0
        self.seen: list[tuple[UserId, UUID]] = []
        self.positions: list[int] = []

    def wants(self, meta: EventMetadata) -> bool:
        return meta.event is UserLoginSucceeded

    async def handle(self, logged: LoggedEvent) -> None:
        event = logged.event
        assert isinstance(event, UserLoginSucceeded)
        if event.user_id not in self.users:
            return
        await asyncio.sleep(0)
        if event.session_id in self.failing:
            raise ConnectionError("the mail server is away")
        self.seen.append((event.user_id, event.session_id))
        self.positions.append(logged.position)
        if self.dying:
            self.dying -= 1
            raise asyncio.CancelledError

    def of(self, user_id: UserId) -> list[UUID]:
        return [session_id for seen, session_id in self.seen if seen == user_id]


@pytest.fixture
def people() -> list[UserId]:
    return [UserId(uuid7()) for _ in range(3)]


@pytest.fixture
async def diary(pool: asyncpg.Pool, people: list[UserId]) -> AsyncIterator[Diary]:
    """A reaction that begins at the end of the log."""
    diary = Diary({*people})
    await pool.execute("insert into reaction_cursors select $1, coalesce(max(position), 0) from event_log", diary.name)
    yield diary
    await pool.execute("delete from reaction_cursors where reaction = $1", diary.name)
    await pool.execute("delete from parked_events where reaction = $1", diary.name)


@pytest.fixture
def relay(pool: asyncpg.Pool, diary: Diary) -> Relay:
    return Relay(pool, FakeLogWaker(), [diary])


@pytest.fixture
def happen(engine: AsyncEngine, session: AsyncSession) -> Any:
    """Lets people log in, in this order; answers the sessions."""

    async def log_in(*users: UserId) -> list[UUID]:
        log = PostgresEventLog(session, engine, actor(), FakeLogWaker())
        sessions = [SessionId(uuid7()) for _ in users]
        for user_id, session_id in zip(users, sessions, strict=True):
            await log.append_now(UserLoginSucceeded(user_id=user_id, session_id=session_id))
        return [*sessions]

    return log_in


async def follow(relay: Relay, diary: Diary, count: int) -> None:
    """Step until so many events were handled."""

    async def enough() -> bool:
        await relay.step()
        return len(diary.seen) >= count

    await until(enough, f"{count} events")


async def parked(pool: asyncpg.Pool, diary: Diary) -> list[tuple[UUID, int]]:
    rows = await pool.fetch(
        "select user_id, attempts from parked_events where reaction = $1 order by position", diary.name
    )
    return [(row["user_id"], row["attempts"]) for row in rows]


async def test_events_reach_the_reaction_in_the_order_they_happened(
    relay: Relay, diary: Diary, people: list[UserId], happen: Any
) -> None:
    order = people * 4
    sessions = await happen(*order)
    await follow(relay, diary, len(order))
    assert diary.seen == [*zip(order, sessions, strict=True)]
    assert diary.positions == sorted({*diary.positions})


async def test_positions_have_no_gaps(
    relay: Relay, diary: Diary, people: list[UserId], happen: Any, pool: asyncpg.Pool
) -> None:
    head = await pool.fetchval("select position from log_head")
    await happen(*people)
    await follow(relay, diary, len(people))
    rows = await pool.fetch("select position from event_log where position > $1 order by 1", head)
    assert len(rows) >= len(people)
    assert [row["position"] for row in rows] == [*range(head + 1, head + 1 + len(rows))]


async def test_a_failing_reaction_holds_up_nobody_but_its_user(
    relay: Relay, diary: Diary, people: list[UserId], happen: Any, pool: asyncpg.Pool
) -> None:
    ill, well, _ = people
    sessions = await happen(ill, well, ill, well)
    diary.failing = {sessions[0]}
    await follow(relay, diary, 2)
    assert diary.seen == [(well, sessions[1]), (well, sessions[3])]
    assert [user_id for user_id, _ in await parked(pool, diary)] == [ill, ill]


async def test_what_failed_is_tried_again_and_succeeds_in_order(
    relay: Relay, diary: Diary, people: list[UserId], happen: Any, pool: asyncpg.Pool
) -> None:
    ill, well, _ = people
    sessions = await happen(ill, ill, well)
    diary.failing = {sessions[0]}
    await follow(relay, diary, 1)

    async def tried_again() -> bool:
        await relay.step()
        return (await parked(pool, diary))[0][1] > 1

    await until(tried_again, "another attempt")
    assert diary.of(ill) == []
    diary.failing = set()
    later = await happen(ill)
    await follow(relay, diary, 4)
    assert diary.of(ill) == [*sessions[:2], *later]
    assert await parked(pool, diary) == []


async def test_an_event_that_cannot_be_read_is_parked_and_the_others_go_on(
    relay: Relay, diary: Diary, people: list[UserId], happen: Any, pool: asyncpg.Pool
) -> None:
    await pool.execute(
        "insert into outbox (id, user_id, name, payload, actor) values ($1, $2, 'user_login.succeeded', '{}', '{}')",
        uuid7(),
        people[0],
    )
    sessions = await happen(people[1])
    await follow(relay, diary, 1)
    assert diary.seen == [(people[1], sessions[0])]
    assert [user_id for user_id, _ in await parked(pool, diary)] == [people[0]]


async def test_an_event_of_an_unknown_kind_is_parked_and_the_others_go_on(
    relay: Relay, diary: Diary, people: list[UserId], happen: Any, pool: asyncpg.Pool
) -> None:
    foreign = (
        "insert into outbox (id, user_id, name, payload, actor) values ($1, $2, 'of_tomorrow.succeeded', '{}', '{}')"
    )
    await pool.execute(foreign, uuid7(), people[0])
    sessions = await happen(people[1])
    await follow(relay, diary, 1)
    assert diary.of(people[1]) == sessions
    assert [user for user, _ in await parked(pool, diary)] == [people[0]]


async def test_a_reaction_that_dies_at_work_is_given_the_event_again(
    relay: Relay, diary: Diary, people: list[UserId], happen: Any
) -> None:
    sessions = await happen(people[0], people[0])
    diary.dying = 1

    async def died() -> bool:
        with suppress(asyncio.CancelledError):
            await relay.step()
        return not diary.dying

    await until(died, "the first event")
    await follow(relay, diary, 3)
    assert diary.of(people[0]) == [sessions[0], *sessions]


async def test_simultaneous_relays_handle_every_event_without_changing_its_order(
    pool: asyncpg.Pool, diary: Diary, people: list[UserId], happen: Any
) -> None:
    relays = [asyncio.create_task(Relay(pool, FakeLogWaker(), [diary]).run()) for _ in range(2)]
    order = people * 20
    sessions = await happen(*order)

    async def all_seen() -> bool:
        return len({session_id for _, session_id in diary.seen}) == len(order)

    await until(all_seen, "every event")
    for task in relays:
        task.cancel()
    await asyncio.gather(*relays, return_exceptions=True)
    for user_id in people:
        mine = [session_id for session_id, who in zip(sessions, order, strict=True) if who == user_id]
        assert [*dict.fromkeys(diary.of(user_id))] == mine


async def test_one_event_that_keeps_failing_does_not_stop_the_relay(
    pool: asyncpg.Pool, diary: Diary, people: list[UserId], happen: Any
) -> None:
    ill, well, _ = people
    diary.failing = {*(await happen(ill))}
    task = asyncio.create_task(Relay(pool, FakeLogWaker(), [diary]).run())

    async def tried_thrice() -> bool:
        found = await parked(pool, diary)
        return bool(found) and found[0][1] >= 3

    await until(tried_thrice, "a third attempt")
    sessions = await happen(well)

    async def seen() -> bool:
        return bool(diary.of(well) == sessions)

    await until(seen, "the event of somebody else")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
