"""Who owns what the tests store."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.identity.user import User
from app.infrastructure.postgres.users import PostgresUserRepository
from tests.values import user


@pytest.fixture
async def owner(session: AsyncSession) -> User:
    """A user stored in the test's transaction."""
    stored = user()
    assert await PostgresUserRepository(session).add(stored)
    return stored
