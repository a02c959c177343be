from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.identity.session import RequiredVersion
from app.domain.identity.user import User
from app.domain.protocols.identity import TokenVersions
from app.infrastructure.postgres.credentials import PostgresTokenVersions
from app.infrastructure.postgres.users import PostgresUserRepository
from tests.fakes.identity import FakeTokenVersions
from tests.values import NOW, user

GRACE, LATER = timedelta(seconds=300), NOW + timedelta(hours=1)


@pytest.fixture(params=["fake", "postgres"])
def versions(request: pytest.FixtureRequest, session: AsyncSession) -> TokenVersions:
    return FakeTokenVersions() if request.param == "fake" else PostgresTokenVersions(session)


@pytest.fixture
async def other(session: AsyncSession) -> User:
    stored = user()
    await PostgresUserRepository(session).add(stored)
    return stored


async def test_rotating_all_asks_everybody_for_the_next_version(
    versions: TokenVersions, owner: User, other: User
) -> None:
    before = await versions.rotate_all("lost", NOW - GRACE, 300)
    version = await versions.rotate_all("lost again", NOW, 300)
    assert version > before
    asked = RequiredVersion(version=version, graced=before, grace_until=NOW + GRACE)
    assert [await versions.required(one.id) for one in (owner, other)] == [asked, asked]


async def test_rotating_one_asks_only_that_one(versions: TokenVersions, owner: User, other: User) -> None:
    before = await versions.required(other.id)
    version = await versions.rotate(owner.id, NOW, 300)
    asked = RequiredVersion(version=version, graced=before.version, grace_until=NOW + GRACE)
    assert await versions.required(owner.id) == asked
    assert await versions.required(other.id) == before
    assert version == before.version + 1


async def test_every_rotation_asks_for_more_than_all_before(versions: TokenVersions, owner: User, other: User) -> None:
    steps = [
        await versions.rotate(owner.id, NOW, 300),
        await versions.rotate(owner.id, NOW, 300),
        await versions.rotate_all("lost", NOW, 300),
        await versions.rotate(other.id, NOW, 300),
        await versions.rotate_all("again", LATER, 300),
    ]
    assert steps == sorted({*steps})
    asked = [await versions.required(one.id) for one in (owner, other)]
    assert [(one.version, one.grace_until) for one in asked] == [(steps[-1], LATER + GRACE)] * 2


async def test_the_grace_is_for_what_was_asked_of_each_before(
    versions: TokenVersions, owner: User, other: User
) -> None:
    before = (await versions.required(other.id)).version
    own = [await versions.rotate(owner.id, NOW, 300) for _ in range(3)][-1]
    await versions.rotate_all("lost", NOW, 300)
    assert [(await versions.required(one.id)).graced for one in (owner, other)] == [own, before]
