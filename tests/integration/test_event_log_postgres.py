import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.application.terms import Terms
from app.core.ids import SessionId, UserId, uuid7
from app.domain.events.registry import WORKFLOWS, Phase
from app.domain.events.sessions import UserLoginSucceeded
from app.domain.identity.actor import Actor
from app.domain.protocols.secrets import Key, KeyRing
from app.infrastructure.postgres.idempotency import PostgresIdempotencyKeys
from app.infrastructure.postgres.unit_of_work import PostgresEventLog, PostgresUnitOfWork
from tests.fakes.events import FakeLogWaker
from tests.values import actor
from tests.waiting import until

RING = KeyRing((Key("k", bytes(32)),))
RECORDED = """
    select name, user_id, payload, actor from outbox where actor->>'trace_id' = $1
    union all select name, user_id, payload, actor from event_log where actor->>'trace_id' = $1
"""


class Desk:
    """The log and the unit of work of one request."""

    def __init__(self, session: AsyncSession, engine: AsyncEngine, pool: asyncpg.Pool, who: Actor) -> None:
        self.who = who
        self.waker = FakeLogWaker()
        self.events = PostgresEventLog(session, engine, who, self.waker)
        self.work = PostgresUnitOfWork(
            session, self.events, self.waker, Terms(), PostgresIdempotencyKeys(pool, RING, RING)
        )
        self._pool = pool

    async def recorded(self) -> list[str]:
        return [row["name"] for row in await self._pool.fetch(RECORDED, self.who.trace_id)]


@pytest.fixture
def desk(session: AsyncSession, engine: AsyncEngine, pool: asyncpg.Pool) -> Desk:
    return Desk(session, engine, pool, actor(UserId(uuid7())))


def login() -> UserLoginSucceeded:
    return UserLoginSucceeded(user_id=UserId(uuid7()), session_id=SessionId(uuid7()))


async def test_an_event_commits_with_the_change(desk: Desk) -> None:
    await desk.events.append(login())
    assert desk.events.holds(UserLoginSucceeded)
    assert (await desk.recorded(), desk.waker.woken) == ([], 0)
    await desk.work.commit()
    assert (await desk.recorded(), desk.waker.woken) == (["user_login.succeeded"], 1)
    assert not desk.events.holds(UserLoginSucceeded)


async def test_an_event_is_undone_with_the_change(desk: Desk) -> None:
    await desk.events.append(login())
    await desk.work.rollback()
    assert not desk.events.holds(UserLoginSucceeded)
    await desk.work.commit()
    assert (await desk.recorded(), desk.waker.woken) == ([], 0)


async def test_an_event_written_at_once_outlives_a_rollback(desk: Desk) -> None:
    attempted = WORKFLOWS["email_verification", Phase.ATTEMPTED].event
    await desk.events.append_now(attempted())
    assert not desk.events.holds(attempted)
    await desk.work.rollback()
    assert (await desk.recorded(), desk.waker.woken) == (["email_verification.attempted"], 1)


async def test_an_event_tells_whom_it_concerns_and_who_acted(desk: Desk, pool: asyncpg.Pool) -> None:
    about_another, about_nobody = login(), WORKFLOWS["user_login", Phase.ATTEMPTED].event(email="ada@example.com")
    for event in (about_another, about_nobody):
        await desk.events.append_now(event)
    rows = await pool.fetch(RECORDED, desk.who.trace_id)
    assert {row["user_id"] for row in rows} == {about_another.user_id, desk.who.user_id}
    assert all(str(desk.who.user_id) in row["actor"] for row in rows)


@pytest.mark.parametrize(
    "change",
    [
        "update event_log set name = 'x'",
        "delete from event_log",
        "truncate event_log",
        "update event_log set position = position where position = (select min(position) from event_log)",
    ],
)
async def test_the_log_is_append_only(pool: asyncpg.Pool, session: AsyncSession, change: str) -> None:
    position = await pool.fetchval("select coalesce(max(position), 0) + 1000000 from event_log")
    entry = "insert into event_log values (:position, uuidv7(), null, 'x', '{}', '{}', now())"
    await session.execute(text(entry), {"position": position})
    with pytest.raises(Exception, match="append-only"):
        await session.execute(text(change))


async def test_simultaneous_events_of_a_user_are_queued_in_the_order_of_their_commits(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    owner = actor(UserId(uuid7()))
    await pool.execute(
        "insert into users (id, email, password_hash, roles) values ($1, $2, '', '{}')",
        owner.person,
        f"{owner.person}@x.yz",
    )
    async with AsyncSession(engine) as first, AsyncSession(engine) as second:
        desks = [Desk(session, engine, pool, owner) for session in (first, second)]
        await desks[0].events.append(UserLoginSucceeded(user_id=owner.person, session_id=SessionId(uuid7())))
        await second.execute(text("set local lock_timeout = '50ms'"))
        with pytest.raises(Exception, match="lock timeout"):
            await desks[1].events.append(UserLoginSucceeded(user_id=owner.person, session_id=SessionId(uuid7())))
        await desks[1].work.rollback()
        await desks[0].work.commit()

    async def one() -> bool:
        return len(await desks[0].recorded()) == 1

    await until(one)
