from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.ids import UserId
from app.domain.identity.user import Role
from app.domain.protocols.identity import UserRepository
from app.infrastructure.postgres.identity import PostgresUserRepository
from tests.fakes.identity import FakeUserRepository
from tests.values import NOW, user


@pytest.fixture(params=["fake", "postgres"])
def users(request: pytest.FixtureRequest, session: AsyncSession) -> UserRepository:
    return FakeUserRepository() if request.param == "fake" else PostgresUserRepository(session)


async def test_a_stored_user_is_found_by_id_and_address(users: UserRepository) -> None:
    stored = user(roles=(Role.ADMIN, Role.USER), is_active=False, verified_at=NOW)
    assert await users.add(stored)
    assert await users.get(stored.id) == await users.by_email(stored.email) == stored


async def test_nobody_is_found_who_is_not_there(users: UserRepository) -> None:
    stored = user()
    await users.add(stored)
    assert await users.get(UserId(uuid4())) is None
    for other in (user().email, stored.email.upper(), f" {stored.email}", stored.email[:-1], ""):
        assert await users.by_email(other) is None


async def test_an_address_is_taken_once(users: UserRepository) -> None:
    stored = user()
    assert await users.add(stored)
    assert not await users.add(user(email=stored.email))
    assert await users.by_email(stored.email) == stored


async def test_a_refused_address_spoils_nothing(users: UserRepository) -> None:
    stored, another = user(), user()
    await users.add(stored)
    await users.add(user(email=stored.email))
    assert await users.add(another)
    assert await users.get(another.id) == another


async def test_verifying_notes_the_instant_of_that_user_only(users: UserRepository) -> None:
    stored, other = user(), user()
    for one in (stored, other):
        await users.add(one)
    at = NOW + timedelta(hours=1)
    await users.mark_verified(stored.id, at)
    await users.mark_verified(UserId(uuid4()), at)
    assert await users.get(stored.id) == replace(stored, verified_at=at)
    assert await users.get(other.id) == other


async def test_a_new_hash_replaces_the_old_one_of_that_user_only(users: UserRepository) -> None:
    stored, other = user(), user()
    for one in (stored, other):
        await users.add(one)
    await users.update_password_hash(stored.id, "better")
    assert await users.get(stored.id) == replace(stored, password_hash="better")
    assert await users.get(other.id) == other
