"""The real servers and the real application, started once for all tests that ask for them."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import hypothesis
import pytest
from dishka import AsyncContainer
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.application.dispatch import Dispatcher
from app.application.registry import Message
from app.core.result import Success
from app.domain.identity.actor import Actor
from app.infrastructure.postgres.engine import make_engine, make_pool
from app.infrastructure.redis.client import make_redis
from app.settings import Settings, load_settings
from app.wiring.container import worker_container
from app.wiring.migrations import upgrade
from app.wiring.servers import Servers
from tests.limits import GENEROUS, PATIENT
from tests.people import Person, Town
from tests.running import METRICS_TOKEN, Server, serving
from tests.sandbox import Sandbox, started
from tests.values import actor

hypothesis.settings.register_profile("dashtam", deadline=None)  # a busy machine is no fault of the code
hypothesis.settings.load_profile("dashtam")

LONGEST_FIRST = ("faults", "smoke", "integration", "api", "unit")

type Operate = Callable[[Message[Any]], Awaitable[Any]]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that of several processes none is left alone with it in the end."""
    items.sort(key=lambda item: next((at for at, name in enumerate(LONGEST_FIRST) if name in item.path.parts), -1))


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """For data directories and logs; its path is short enough for sockets, and the servers' own user may enter."""
    path = Path(tempfile.mkdtemp(prefix="dashtam-test-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def environ(folder: Path) -> dict[str, str]:
    """What tells every process of the session where things are."""
    data = folder / "data"
    data.mkdir(mode=0o755)
    own = {"DASHTAM_ENVIRONMENT": "test", "DASHTAM_DATA_DIR": str(data), "DASHTAM_SECRET_METRICS_TOKEN": METRICS_TOKEN}
    return GENEROUS | PATIENT | own


@pytest.fixture(scope="session")
def settings(environ: dict[str, str]) -> Settings:
    return load_settings(environ=environ)


@pytest.fixture(scope="session")
async def servers(settings: Settings, environ: dict[str, str]) -> AsyncIterator[Servers]:
    """PostgreSQL with the schema, and Valkey."""
    servers = Servers(settings, environ)
    engine = make_engine(servers.database_url, settings.database)
    await upgrade(engine)
    yield servers
    await servers.release()


@pytest.fixture(scope="session")
async def engine(servers: Servers, settings: Settings) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(servers.database_url, settings.database)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
async def pool(servers: Servers, settings: Settings) -> AsyncIterator[asyncpg.Pool]:
    async with await make_pool(await servers.database_url(), settings.database) as pool:
        yield pool


@pytest.fixture(scope="session")
async def redis(servers: Servers, settings: Settings) -> AsyncIterator[Redis]:
    async with make_redis((await servers.addresses()).redis_url, settings.redis) as redis:
        yield redis


@pytest.fixture
async def session(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """A transaction that is undone."""
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session
        await session.rollback()


@pytest.fixture(scope="session")
async def server(servers: Servers, environ: dict[str, str], folder: Path) -> AsyncIterator[Server]:
    """The API."""
    assert servers.embedded
    context = serving(environ, folder / "server.log")
    running = await asyncio.to_thread(context.__enter__)
    yield running
    await asyncio.to_thread(context.__exit__, None, None, None)


@pytest.fixture(scope="session")
async def sandbox(folder: Path) -> AsyncIterator[Sandbox]:
    """The bank simulator. Its time is everybody's: who travels runs one of their own."""
    context, running = await started(folder / "sandbox.log")
    yield running
    await asyncio.to_thread(context.__exit__, None, None, None)


@pytest.fixture(scope="session")
async def transport() -> AsyncIterator[httpx.AsyncBaseTransport]:
    async with httpx.AsyncHTTPTransport(verify=False) as transport:
        yield transport


@pytest.fixture(scope="session")
def town(server: Server, transport: httpx.AsyncBaseTransport) -> Town:
    return Town(server.base_url, server.data_dir / "outbox", transport)


@pytest.fixture(scope="session")
async def neighbour(town: Town, environ: dict[str, str], folder: Path) -> AsyncIterator[Town]:
    """Another process on the same data; this one conceals who is registered."""
    context = serving(environ | {"DASHTAM_AUTH__CONCEAL_ACCOUNTS": "true"}, folder / "neighbour.log")
    running = await asyncio.to_thread(context.__enter__)
    yield Town(running.base_url, town.outbox, town.transport)
    await asyncio.to_thread(context.__exit__, None, None, None)


@pytest.fixture(scope="session")
async def container(settings: Settings, servers: Servers) -> AsyncIterator[AsyncContainer]:
    """The graph of a worker."""
    container = worker_container(settings, servers)
    yield container
    await container.close()


@pytest.fixture(scope="session")
def operate(container: AsyncContainer) -> Operate:
    """Sends a message as an operator does; answers its value."""

    async def send(message: Message[Any]) -> Any:
        async with container({Actor: actor()}) as scope:
            result = await (await scope.get(Dispatcher))(message)
            assert isinstance(result, Success), result
            return result.value

    return send


@pytest.fixture(scope="session")
def client(town: Town) -> httpx.AsyncClient:
    """Nobody in particular."""
    return town.client()


@pytest.fixture
async def person(town: Town) -> Person:
    """Somebody new, who has nothing yet."""
    return await town.person()


@pytest.fixture(scope="session")
async def stranger(town: Town) -> Person:
    """Somebody else, who has nothing and never will: whose imports all fail, and whom nothing may be told."""
    return await town.person()
