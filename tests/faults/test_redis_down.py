from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.answers import problem
from tests.home import Home
from tests.statements import ofx_of, row

READY = "/health/ready"


async def test_without_redis_everything_works_and_nothing_fails_open(home: Home, pool: asyncpg.Pool) -> None:
    town = home.town
    before, ended = await town.person(), await town.person()
    for one in (before, ended):
        await home.remembered(one)
    assert (await town.client().get(READY)).json()["parts"] == {"postgres": True, "redis": True, "events": True}
    home.kill()

    ready = await town.client().get(READY)
    assert (ready.status_code, ready.json()["parts"]) == (200, {"postgres": True, "redis": False, "events": True})
    assert (await before.get("/users/me")).status_code == 200
    await before.import_file(ofx_of(row()))
    assert len(await before.accounts()) == 1
    newcomer = await town.person()
    assert (await newcomer.get("/accounts")).status_code == 200

    problem(await town.client("nonsense").get("/api/v1/accounts"), 401, "unauthorized")
    await pool.execute("update sessions set ended_at = now() where id = $1", ended.session_id)
    problem(await ended.get("/users/me"), 401, "unauthorized")
    await pool.execute("update users set is_active = false where id = $1", newcomer.user_id)
    problem(await newcomer.get("/accounts"), 401, "unauthorized")


async def test_without_redis_a_session_ends_on_the_next_request(home: Home) -> None:
    town = home.town
    victim = await town.person()
    other = await town.person(victim.email)
    for one in (victim, other):
        await home.remembered(one)
    home.kill()
    assert (await other.delete(f"/sessions/{victim.session_id}")).status_code == 204
    assert [await one.is_in() for one in (victim, other)] == [False, True]
    assert (await other.delete("/sessions/current")).status_code == 204
    assert not await other.is_in()
    for one in (victim, other):
        problem(await town.refresh(one.refresh_token), 401, "refresh_token_invalid")


@pytest.fixture
async def no_reaction(pool: asyncpg.Pool) -> AsyncIterator[None]:
    """No relay of any process can repeat what Redis was to be told."""
    async with pool.acquire() as blocker, blocker.transaction():
        await blocker.execute("select from reaction_cursors where reaction = 'session' for update")
        yield


@pytest.mark.usefixtures("no_reaction")
async def test_a_restart_of_redis_brings_no_session_back(home: Home) -> None:
    town = home.town
    victim = await town.person()
    other = await town.person(victim.email)
    await home.remembered(victim)
    home.kill()
    assert (await other.delete(f"/sessions/{victim.session_id}")).status_code == 204
    home.valkey.start()
    third = await town.person(victim.email)
    await home.remembered(third)
    assert [await one.is_in() for one in (victim, other, third)] == [False, True, True]
    await third.delete("/sessions")
    assert [await one.is_in() for one in (other, third)] == [False, True]
