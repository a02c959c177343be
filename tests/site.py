"""A PostgreSQL and a Valkey of one's own, to be broken: the former is reached through a proxy, and may be restarted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from urllib.parse import urlsplit

import asyncpg

from app.domain.protocols.secrets import Ring, SecretsProtocol
from app.infrastructure.embedded.home import find_home
from app.infrastructure.embedded.postgres import SOCKET, Postgres
from app.infrastructure.postgres.engine import make_engine, make_pool
from app.infrastructure.security.secrets import spelled, variable
from app.settings import Settings, load_settings
from app.wiring.migrations import upgrade
from app.wiring.servers import Servers
from tests.proxy import Proxy


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """`environ` is for programs: through it they meet PostgreSQL behind the proxy only. The pool goes past it."""

    folder: Path
    environ: dict[str, str]
    settings: Settings
    secrets: SecretsProtocol
    proxy: Proxy
    pool: asyncpg.Pool
    servers: Servers

    @property
    def outbox(self) -> Path:
        return self.folder / "outbox"

    async def restart_postgres(self) -> None:
        """End it as a power cut would, and start it again."""
        await asyncio.to_thread(self._restart)

    def _restart(self) -> None:
        home = find_home(self.folder)
        assert home
        process = Postgres(home).process
        process.send(Signals.SIGQUIT)
        process.wait_stopped(last_resort=Signals.SIGKILL)
        self.servers._servers.start()  # noqa: SLF001  # it mends what died, which nothing else asks for


@asynccontextmanager
async def site(folder: Path, environ: dict[str, str]) -> AsyncIterator[Site]:
    """Servers in that folder, with the schema, until the context ends."""
    folder.mkdir(mode=0o755)
    environ = environ | {"DASHTAM_DATA_DIR": str(folder)}
    settings = load_settings(environ=environ)
    servers = Servers(settings, environ)
    engine = make_engine(servers.database_url, settings.database)
    await upgrade(engine)
    await engine.dispose()
    addresses = await servers.addresses()
    url = urlsplit(addresses.database_url)
    secrets = await servers.secrets()
    keys = {variable(ring): spelled(secrets.ring(ring)) for ring in Ring}
    async with (
        Proxy(Path(url.query.removeprefix("host=")) / SOCKET).forwarding() as proxy,
        await make_pool(addresses.database_url, settings.database) as pool,
    ):
        behind = f"postgresql://{url.username}:{url.password}@127.0.0.1:{proxy.port}{url.path}"
        environ |= keys | {"DATABASE_URL": behind, "REDIS_URL": addresses.redis_url}
        yield Site(
            folder=folder,
            environ=environ,
            settings=settings,
            secrets=secrets,
            proxy=proxy,
            pool=pool,
            servers=servers,
        )
    await servers.release()
