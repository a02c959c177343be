from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import asyncpg
import pytest

from app.application.services.ownership import OwnershipVerifier
from app.core.errors import NotFound
from app.core.ids import UserId
from app.core.result import Failure, Success
from app.domain.protocols.ownership import Owned, OwnershipReader
from app.infrastructure.postgres.ownership import PostgresOwnershipReader
from tests.fakes.ledger import FakeOwnershipReader
from tests.values import actor, user

type Belongings = tuple[UserId, dict[Owned, UUID]]

USER = "insert into users (id, email, password_hash, roles) values ($1, $2, '', '{user}')"
THINGS = {
    Owned.ACCOUNT: "insert into accounts (id, user_id, name, type, currency) values ($2, $1, 'a', 'checking', 'USD')",
    Owned.CONNECTION: "insert into connections (id, user_id, provider_slug, status) values ($2, $1, 'p', 'pending')",
    Owned.HOLDING: "with report as (insert into holding_reports (user_id, account_id, source, source_id, as_of) "
    "values ($1, $3, 'import', $2, now()) returning id) "
    "insert into holdings (user_id, id, account_id, report_id, number, asset_class, side, quantity, currency, as_of) "
    "select $1, $2, $3, id, 0, 'equity', 'long', 1, 'USD', now() from report",
    Owned.TRANSACTION: "insert into transactions (user_id, id, account_id, booked_on, status, type, subtype, "
    "amount, currency, description) values ($1, $2, $3, '2026-01-05', 'posted', 'other', 'unknown', 1, 'USD', '')",
}


@pytest.fixture
def somebody(pool: asyncpg.Pool) -> Callable[[], Awaitable[Belongings]]:
    """Stores a user with one thing of each kind."""

    async def store() -> Belongings:
        owner, things = user(), {kind: uuid4() for kind in Owned}
        await pool.execute(USER, owner.id, owner.email)
        for kind, insert in THINGS.items():
            account = [things[Owned.ACCOUNT]] if "$3" in insert else []
            await pool.execute(insert, owner.id, things[kind], *account)
        return owner.id, things

    return store


@pytest.mark.parametrize("adapter", ["fake", "postgres"])
async def test_everything_has_the_owner_who_stored_it(
    pool: asyncpg.Pool, somebody: Callable[[], Awaitable[Belongings]], adapter: str
) -> None:
    me, mine = await somebody()
    owners = dict.fromkeys(mine.items(), me)
    reader: OwnershipReader = FakeOwnershipReader(owners) if adapter == "fake" else PostgresOwnershipReader(pool)
    for kind, thing in mine.items():
        assert await reader.owner(kind, thing) == me
        assert [await reader.owner(kind, other) for other in (uuid4(), me)] == [None, None]
        assert [await reader.owner(other, thing) for other in Owned if other is not kind] == [None] * 3


@pytest.mark.parametrize("kind", Owned)
async def test_only_ones_own_is_found(
    pool: asyncpg.Pool, somebody: Callable[[], Awaitable[Belongings]], kind: Owned
) -> None:
    (me, mine), (_, theirs) = await somebody(), await somebody()
    ask = getattr(OwnershipVerifier(PostgresOwnershipReader(pool), actor(me)), kind)
    assert await ask(mine[kind]) == Success(None)
    assert await ask(theirs[kind]) == await ask(uuid4()) == Failure(NotFound(detail=f"No such {kind}."))
