"""The graph of a worker, for tests of what the wiring puts together."""

from collections.abc import AsyncIterator

import pytest
from dishka import AsyncContainer
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.identity.user import User
from app.infrastructure.postgres.identity import PostgresUserRepository
from app.settings import Settings
from app.wiring.container import worker_container
from app.wiring.servers import Servers
from tests.values import user


@pytest.fixture
async def owner(session: AsyncSession) -> User:
    """A user stored in the test's transaction."""
    stored = user()
    assert await PostgresUserRepository(session).add(stored)
    return stored


@pytest.fixture(scope="session")
async def container(settings: Settings, servers: Servers) -> AsyncIterator[AsyncContainer]:
    container = worker_container(settings, servers)
    yield container
    await container.close()
