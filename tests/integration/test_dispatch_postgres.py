import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from dishka import AsyncContainer, Provider, Scope
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.application.dispatch import RUNS_MAX, Dispatcher
from app.application.identity.verify_email import EmailVerified, VerifyEmail, VerifyEmailHandler
from app.core.errors import Conflict, OutOfServiceError
from app.core.ids import UserId, uuid7
from app.core.result import Failure, Success
from app.domain.events.identity import EmailVerificationSucceeded
from app.domain.identity.actor import Actor
from app.domain.protocols.events import EventLog
from app.settings import Settings
from app.wiring.container import worker_container
from app.wiring.servers import Servers
from tests.values import actor

COMMAND = VerifyEmail(token="0" * 64)
ATTEMPTED, SUCCEEDED, FAILED = [f"email_verification.{phase}" for phase in ("attempted", "succeeded", "failed")]
RECORDED = """
    select name, payload->>'reason' as reason, id from outbox where actor->>'trace_id' = $1
    union all select name, payload->>'reason', id from event_log where actor->>'trace_id' = $1 order by id
"""
INSERT = text("insert into users (id, email, password_hash, roles) values (:id, :email, '', '{}')")

type Handling = Callable[[Any], Awaitable[Any]]


class Desk:
    """Dispatches through the worker's graph, in which the handler is the test's."""

    def __init__(self, settings: Settings, servers: Servers, pool: asyncpg.Pool) -> None:
        provider = Provider(scope=Scope.REQUEST)
        provider.provide(self._handler, provides=VerifyEmailHandler)
        self.container: AsyncContainer = worker_container(settings, servers, provider)
        self.user_id = UserId(uuid7())
        self.who = actor()
        self.runs = 0
        self._after: Handling | None = None
        self._pool = pool

    def _handler(self, session: AsyncSession, events: EventLog) -> VerifyEmailHandler:
        async def handle(_: object) -> object:
            """Store a user and say so; then do what the test wants."""
            self.runs += 1
            await session.execute(INSERT, {"id": self.user_id, "email": f"{self.user_id}@example.com"})
            if self._after:
                return await self._after((session, events))
            return await succeed((session, events))

        handler: Any = handle
        return handler  # type: ignore[no-any-return]  # called like one

    async def dispatch(self, after: Handling | None = None, who: Actor | None = None) -> Any:
        self._after = after
        async with self.container({Actor: who or self.who}) as scope:
            return await (await scope.get(Dispatcher))(COMMAND)

    async def recorded(self) -> list[tuple[str, str | None]]:
        return [(row["name"], row["reason"]) for row in await self._pool.fetch(RECORDED, self.who.trace_id)]

    async def has_changed(self) -> bool:
        return bool(await self._pool.fetchval("select count(*) from users where id = $1", self.user_id))


async def succeed(given: tuple[AsyncSession, EventLog]) -> Success[EmailVerified]:
    user_id = UserId(uuid7())
    await given[1].append(EmailVerificationSucceeded(user_id=user_id, email="ada@example.com"))
    return Success(EmailVerified(user_id=user_id))


@pytest.fixture
async def desk(settings: Settings, servers: Servers, pool: asyncpg.Pool) -> AsyncIterator[Desk]:
    desk = Desk(settings, servers, pool)
    yield desk
    await desk.container.close()


async def test_a_success_commits_the_change_with_its_event(desk: Desk) -> None:
    assert isinstance(await desk.dispatch(), Success)
    assert await desk.recorded() == [(ATTEMPTED, None), (SUCCEEDED, None)]
    assert await desk.has_changed()


async def test_a_refusal_undoes_the_change_and_is_recorded_with_its_reason(desk: Desk) -> None:
    async def refuse(given: Any) -> Failure[Conflict]:
        await succeed(given)
        return Failure(Conflict())

    assert isinstance(await desk.dispatch(refuse), Failure)
    assert await desk.recorded() == [(ATTEMPTED, None), (FAILED, "conflict")]
    assert not await desk.has_changed()


async def test_a_refusal_that_keeps_commits_the_change(desk: Desk) -> None:
    async def refuse(_: object) -> Failure[Conflict]:
        return Failure(Conflict(), keep=True)

    await desk.dispatch(refuse)
    assert await desk.recorded() == [(ATTEMPTED, None), (FAILED, "conflict")]
    assert await desk.has_changed()


async def test_a_crash_undoes_the_change_and_leaves_attempt_and_failure(desk: Desk) -> None:
    async def crash(given: Any) -> None:
        await succeed(given)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await desk.dispatch(crash)
    assert await desk.recorded() == [(ATTEMPTED, None), (FAILED, "internal_error")]
    assert not await desk.has_changed()


async def test_a_success_that_says_nothing_undoes_the_change(desk: Desk) -> None:
    async def say_nothing(_: object) -> Success[EmailVerified]:
        return Success(EmailVerified(user_id=uuid7()))

    with pytest.raises(RuntimeError, match="without saying so"):
        await desk.dispatch(say_nothing)
    assert await desk.recorded() == [(ATTEMPTED, None), (FAILED, "internal_error")]
    assert not await desk.has_changed()


async def test_a_serialization_failure_is_run_again_from_the_start(desk: Desk) -> None:
    async def lose_once(given: Any) -> object:
        await succeed(given)
        if desk.runs == 1:
            await given[0].execute(text("do $$ begin raise sqlstate '40001'; end $$"))
        return await succeed(given)

    assert isinstance(await desk.dispatch(lose_once), Success)
    assert desk.runs == 2
    assert await desk.has_changed()
    assert [name for name, _ in await desk.recorded()] == [ATTEMPTED, SUCCEEDED, SUCCEEDED]


async def test_a_deadlock_is_run_again_from_the_start(desk: Desk, pool: asyncpg.Pool) -> None:
    first, second = uuid7().int % 2**31, uuid7().int % 2**31 - 1
    lock = text("select pg_advisory_xact_lock(:key)")

    async def cross(given: Any) -> object:
        if desk.runs == 1:
            await given[0].execute(lock, {"key": first})
            await other.execute("select pg_advisory_xact_lock($1)", second)
            waiting = asyncio.create_task(other.execute("select pg_advisory_xact_lock($1)", first))
            try:
                await given[0].execute(text("set local deadlock_timeout = '10ms'"))
                await given[0].execute(lock, {"key": second})
            finally:
                waiting.add_done_callback(lambda _: None)
        return await succeed(given)

    async with pool.acquire() as other, other.transaction():
        await other.execute("set local deadlock_timeout = '60s'")
        assert isinstance(await desk.dispatch(cross), Success)
    assert desk.runs == 2
    assert await desk.has_changed()


async def test_whoever_loses_every_race_is_asked_to_try_again(desk: Desk) -> None:
    async def lose(given: Any) -> None:
        await given[0].execute(text("do $$ begin raise sqlstate '40P01'; end $$"))

    with pytest.raises(OutOfServiceError):
        await desk.dispatch(lose)
    assert desk.runs == RUNS_MAX
    assert await desk.recorded() == [(ATTEMPTED, None), (FAILED, "internal_error")]
    assert not await desk.has_changed()


async def test_another_fault_of_the_database_is_not_run_again(desk: Desk) -> None:
    async def divide(given: Any) -> None:
        await given[0].execute(text("select 1 / 0"))

    with pytest.raises(DBAPIError, match="division by zero"):
        await desk.dispatch(divide)
    assert desk.runs == 1
