"""Who owns what the tests store, and institutions in memory."""

from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import httpx
import pytest
from dishka import AsyncContainer, Provider, Scope
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.application.syncs.run import SyncRun
from app.core.clock import Clock
from app.core.ids import UserId
from app.domain.connections.provider import Feed
from app.domain.identity.user import User
from app.domain.protocols.providers import Providers
from app.infrastructure.postgres.users import PostgresUserRepository
from app.infrastructure.providers.registry import InstalledProviders
from app.infrastructure.security.secrets import EnvironmentSecrets
from app.sandbox.__main__ import environment
from app.sandbox.application import create
from app.settings import Settings, load_settings
from app.wiring.container import worker_container
from app.wiring.servers import Servers
from app.wiring.syncs import sync_run
from tests.bank_script import BankClock, BankTools, Wire
from tests.customers import Customer, account
from tests.fakes.institution import FakeInstitution, FakeProviders
from tests.values import user

HISTORY_DAYS = 300
HASTY = {
    "DASHTAM_ENVIRONMENT": "test",
    "DASHTAM_OUTBOUND__ANSWER_SECONDS_MAX": "0.5",
    "DASHTAM_OUTBOUND__ATTEMPTS": "2",
    "DASHTAM_OUTBOUND__WAIT_SECONDS": "0.001",
    "DASHTAM_OUTBOUND__WAIT_SECONDS_MAX": "0.002",
}


@pytest.fixture
async def owner(session: AsyncSession) -> User:
    """A user stored in the test's transaction."""
    stored = user()
    assert await PostgresUserRepository(session).add(stored)
    return stored


@pytest.fixture(scope="session")
def providers() -> FakeProviders:
    return FakeProviders()


@pytest.fixture(scope="session")
async def institutions(settings: Settings, servers: Servers, providers: FakeProviders) -> AsyncIterator[AsyncContainer]:
    """A worker's graph with institutions in memory."""
    override = Provider(scope=Scope.APP)
    override.provide(lambda: providers, provides=Providers)
    container = worker_container(settings, servers, override)
    yield container
    await container.close()


@pytest.fixture(scope="session")
async def run(institutions: AsyncContainer) -> SyncRun:
    return await sync_run(institutions)


@pytest.fixture
async def somebody(engine: AsyncEngine) -> UserId:
    someone = user()
    async with AsyncSession(engine) as session, session.begin():
        assert await PostgresUserRepository(session).add(someone)
    return someone.id


@pytest.fixture(params=[*Feed])
async def customer(
    request: pytest.FixtureRequest, run: SyncRun, pool: asyncpg.Pool, providers: FakeProviders, somebody: UserId
) -> Customer:
    """A customer of a bank of each kind of feed."""
    bank = FakeInstitution(slug=f"bank-{request.param}", feed=request.param, accounts_told=[account()])
    providers.known[bank.slug] = bank
    known = Customer(run, pool, bank, somebody)
    await known.connect()
    return known


@pytest.fixture(scope="session")
async def bank(settings: Settings, servers: Servers, pool: asyncpg.Pool) -> AsyncIterator[BankTools]:
    environ = HASTY | dict(line.split("=", 1) for line in environment(8900).split())
    wire, clock = Wire(create()), BankClock()
    async with httpx.AsyncClient(transport=wire) as client:
        known = InstalledProviders(load_settings(environ=environ), client, clock, EnvironmentSecrets(environ))
        for about in known.all():  # no more history than there is, and no quota
            if provider := known.get(about.slug):
                provider.description = replace(about, history_days_max=HISTORY_DAYS, syncs_per_day_max=1_000)
        override = Provider(scope=Scope.APP)
        override.provide(lambda: known, provides=Providers)
        override.provide(lambda: clock, provides=Clock)
        container = worker_container(settings, servers, override)
        yield await sync_run(container), pool, wire, clock
        await container.close()
    await pool.execute("delete from pgqueuer where entrypoint = 'sync'")
