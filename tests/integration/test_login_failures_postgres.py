import asyncio
from datetime import timedelta

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.domain.identity.lockout import LoginFailures
from app.domain.protocols.identity import LoginFailureRepository
from app.domain.protocols.secrets import Key, KeyRing
from app.infrastructure.postgres.credentials import PostgresLoginFailureRepository
from tests.fakes.identity import FakeLoginFailureRepository
from tests.people import new_email
from tests.values import NOW
from tests.waiting import until

RING = KeyRing((Key("k", b"k" * 32),))


@pytest.fixture(params=["fake", "postgres"])
def failures(request: pytest.FixtureRequest, session: AsyncSession) -> LoginFailureRepository:
    return FakeLoginFailureRepository() if request.param == "fake" else PostgresLoginFailureRepository(session, RING)


async def test_what_is_counted_is_kept_by_address(failures: LoginFailureRepository) -> None:
    address, other = new_email(), new_email()
    for counted in (LoginFailures(count=1), LoginFailures(locked_until=NOW + timedelta(minutes=15))):
        await failures.save(address, counted, NOW)
        assert await failures.hold(address) == counted
    assert await failures.hold(other) == LoginFailures()
    await failures.clear(other)
    assert await failures.hold(address) == counted
    await failures.clear(address)
    assert await failures.hold(address) == LoginFailures()


async def test_the_table_does_not_say_whose_failures_these_are(session: AsyncSession) -> None:
    address = new_email()
    await PostgresLoginFailureRepository(session, RING).save(address, LoginFailures(count=3), NOW)
    rows = (await session.execute(text("select encode(address, 'escape'), f::text from login_failures as f"))).all()
    assert rows
    assert address not in str(rows)
    with_another_key = PostgresLoginFailureRepository(session, KeyRing((Key("l", b"l" * 32),)))
    assert await with_another_key.hold(address) == LoginFailures()


async def test_simultaneous_failures_are_all_counted(engine: AsyncEngine, pool: asyncpg.Pool) -> None:
    address = new_email()

    async def fail() -> None:
        async with AsyncSession(engine) as session:
            failures = PostgresLoginFailureRepository(session, RING)
            counted = (await failures.hold(address)).another(NOW)
            await failures.save(address, counted, NOW)
            await session.commit()

    await asyncio.gather(*(fail() for _ in range(4)))
    async with AsyncSession(engine) as session:
        assert await PostgresLoginFailureRepository(session, RING).hold(address) == LoginFailures(count=4)

        async def is_held() -> bool:
            return bool(
                await pool.fetchval("select count(*) from pg_locks where not granted and locktype = 'advisory'")
            )

        another = asyncio.create_task(fail())
        await until(is_held, "another to wait")
        await session.rollback()
        await another
