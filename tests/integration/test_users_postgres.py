import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.ids import UserId
from app.domain.events.registry import WORKFLOWS, Phase
from app.domain.events.sessions import LoginLockoutOccurred
from app.domain.identity.session import Tier
from app.domain.identity.user import Role
from app.domain.protocols.identity import UserRepository
from app.infrastructure.postgres.unit_of_work import PostgresEventLog
from app.infrastructure.postgres.users import PostgresUserRepository
from tests.fakes.events import FakeLogWaker
from tests.fakes.identity import FakeUserRepository
from tests.values import NOW, actor, user
from tests.waiting import until


@pytest.fixture(params=["fake", "postgres"])
def users(request: pytest.FixtureRequest, session: AsyncSession) -> UserRepository:
    return FakeUserRepository() if request.param == "fake" else PostgresUserRepository(session)


async def test_a_stored_user_is_found_by_id_and_address(users: UserRepository) -> None:
    stored = user(roles=(Role.ADMIN, Role.USER), is_active=False, verified_at=NOW)
    assert await users.add(stored)
    assert await users.hold(stored.id) == await users.by_email(stored.email) == stored


async def test_nobody_is_found_who_is_not_there(users: UserRepository) -> None:
    stored = user()
    await users.add(stored)
    assert await users.hold(UserId(uuid4())) is None
    for other in (user().email, stored.email.upper(), f" {stored.email}", stored.email[:-1], ""):
        assert await users.by_email(other) is None


async def test_an_address_is_taken_once(users: UserRepository) -> None:
    stored = user()
    assert await users.add(stored)
    assert not await users.add(user(email=stored.email))
    assert await users.by_email(stored.email) == stored


async def test_a_refused_address_spoils_nothing(users: UserRepository) -> None:
    stored, another = user(), user()
    await users.add(stored)
    await users.add(user(email=stored.email))
    assert await users.add(another)
    assert await users.hold(another.id) == another


async def test_verifying_notes_the_instant_of_that_user_only(users: UserRepository) -> None:
    stored, other = user(), user()
    for one in (stored, other):
        await users.add(one)
    at = NOW + timedelta(hours=1)
    await users.mark_verified(stored.id, at)
    await users.mark_verified(UserId(uuid4()), at)
    assert await users.hold(stored.id) == replace(stored, verified_at=at)
    assert await users.hold(other.id) == other


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (lambda users, one: users.set_password(one, "better", NOW), {"password_hash": "better"}),
        (lambda users, one: users.rename(one, "Ada", NOW), {"name": "Ada"}),
        (lambda users, one: users.rename(one, None, NOW), {"name": None}),
        (
            lambda users, one: users.set_access(
                user(id=one, roles=(Role.ADMIN, Role.USER), tier=Tier.PRO, is_active=False), NOW
            ),
            {"roles": (Role.ADMIN, Role.USER), "tier": Tier.PRO, "is_active": False},
        ),
    ],
)
async def test_a_change_concerns_that_user_only(
    users: UserRepository, change: Callable[[UserRepository, UserId], Awaitable[None]], changed: dict[str, Any]
) -> None:
    stored, other = user(name="A"), user(name="B")
    for one in (stored, other):
        await users.add(one)
    await change(users, stored.id)
    await change(users, UserId(uuid4()))
    assert await users.hold(stored.id) == await users.by_email(stored.email) == replace(stored, **changed)
    assert await users.hold(other.id) == other


async def test_a_deleted_user_is_gone_and_the_address_free(users: UserRepository) -> None:
    stored, other = user(), user()
    for one in (stored, other):
        await users.add(one)
    await users.delete(stored.id)
    await users.delete(UserId(uuid4()))
    assert await users.hold(stored.id) is None
    assert await users.hold(other.id) == other
    assert await users.add(user(email=stored.email))


async def test_the_last_administrator_who_may_log_in_is_known(session: AsyncSession) -> None:
    users, admin = PostgresUserRepository(session), user(roles=(Role.ADMIN,))
    await session.execute(text("update users set roles = '{user}'"))
    assert not await users.any_admin()
    await users.add(admin)
    assert await users.any_admin()
    await users.set_access(replace(admin, is_active=False), NOW)
    assert not await users.any_admin()


async def test_deleting_erases_what_the_log_says_of_the_person(session: AsyncSession, engine: AsyncEngine) -> None:
    gone, other = user(), user()
    users, log = PostgresUserRepository(session), PostgresEventLog(session, engine, actor(), FakeLogWaker())
    for one in (gone, other):
        await users.add(one)
        await log.append(WORKFLOWS["user_login", Phase.ATTEMPTED].event(email=one.email.upper()))
        await log.append(LoginLockoutOccurred(user_id=one.id, email=one.email))
    await users.delete(gone.id)
    said = [str(data) for data in await session.scalars(text("select data from event_personal_data"))]
    assert [sum(one.email in data.lower() for data in said) for one in (gone, other)] == [0, 2]


async def test_whoever_holds_a_user_makes_others_wait(engine: AsyncEngine, pool: asyncpg.Pool) -> None:
    stored = user()
    async with AsyncSession(engine) as storing:
        await PostgresUserRepository(storing).add(stored)
        await storing.commit()
    async with AsyncSession(engine) as first, AsyncSession(engine) as second:
        await PostgresUserRepository(first).hold(stored.id)
        waiting = asyncio.create_task(PostgresUserRepository(second).hold(stored.id))

        async def is_waiting() -> bool:
            return bool(
                await pool.fetchval("select count(*) from pg_locks where not granted and locktype = 'transactionid'")
            )

        await until(is_waiting, "the second to wait")
        await PostgresUserRepository(first).rename(stored.id, "Ada", NOW)
        await first.commit()
        held = await waiting
        assert held
        assert held.name == "Ada"
