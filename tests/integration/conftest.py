"""Who owns what the tests store, and institutions in memory."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from dishka import AsyncContainer, Provider, Scope
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.application.syncs.run import SyncRun
from app.core.ids import UserId
from app.domain.connections.provider import Feed
from app.domain.identity.user import User
from app.domain.protocols.providers import Providers
from app.infrastructure.postgres.users import PostgresUserRepository
from app.settings import Settings
from app.wiring.container import worker_container
from app.wiring.servers import Servers
from app.wiring.syncs import sync_run
from tests.customers import Customer, account
from tests.fakes.institution import FakeInstitution, FakeProviders
from tests.values import user


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
