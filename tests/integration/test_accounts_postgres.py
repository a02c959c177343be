from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.ids import AccountId, ImportId, UserId
from app.domain.identity.user import User
from app.domain.imports.statement import StatedBalance, StatementClosed
from app.domain.ledger.account import AccountType
from app.domain.ledger.source import DataSource, SourceKind
from app.domain.protocols.ledger import AccountNumber, AccountRepository, ReleasedAccounts
from app.domain.protocols.secrets import Key, KeyRing
from app.infrastructure.postgres.accounts import PostgresAccountRepository
from app.infrastructure.postgres.users import PostgresUserRepository
from app.infrastructure.security.vault import KeyedAccountNumberVault
from tests.fakes.ledger import FakeAccountRepository
from tests.values import NOW, account, user

OLD, NEW = Key("old", b"o" * 32), Key("new", b"n" * 32)
NUMBER = AccountNumber(bank_code="B1", number="100200300", currency="USD")
IMPORT = ImportId(uuid4())


def repository(session: AsyncSession, *keys: Key) -> PostgresAccountRepository:
    ring = KeyRing(keys or (NEW,))
    return PostgresAccountRepository(session, KeyedAccountNumberVault(ring, ring))


@pytest.fixture(params=["fake", "postgres"])
def accounts(request: pytest.FixtureRequest, session: AsyncSession) -> AccountRepository:
    return FakeAccountRepository() if request.param == "fake" else repository(session)


async def opened(accounts: AccountRepository, user_id: UserId, number: AccountNumber = NUMBER) -> AccountId:
    made = account(user_id)
    await accounts.add(made)
    await accounts.link(user_id, made.id, number, IMPORT)
    return made.id


async def test_an_account_is_found_by_its_number(accounts: AccountRepository, owner: User) -> None:
    assert await accounts.find(owner.id, NUMBER) is None
    made = await opened(accounts, owner.id)
    assert await accounts.find(owner.id, NUMBER) == made


@pytest.mark.parametrize("other", [{"bank_code": ""}, {"number": "100200301"}, {"currency": "EUR"}])
async def test_a_number_that_differs_in_any_part_is_another(
    accounts: AccountRepository, owner: User, other: dict[str, str]
) -> None:
    await opened(accounts, owner.id)
    assert await accounts.find(owner.id, replace(NUMBER, **other)) is None


async def test_one_number_belongs_to_a_different_account_of_each_user(
    accounts: AccountRepository, owner: User, session: AsyncSession
) -> None:
    other = user()
    await PostgresUserRepository(session).add(other)
    made = await opened(accounts, owner.id)
    assert await accounts.find(other.id, NUMBER) is None
    assert await opened(accounts, other.id) != made
    assert await accounts.find(owner.id, NUMBER) == made


async def test_an_account_may_have_several_numbers(accounts: AccountRepository, owner: User) -> None:
    made, second = await opened(accounts, owner.id), replace(NUMBER, number="2")
    await accounts.link(owner.id, made, second, IMPORT)
    assert await accounts.find(owner.id, NUMBER) == await accounts.find(owner.id, second) == made


async def test_numbers_are_found_after_the_keys_were_rotated(session: AsyncSession, owner: User) -> None:
    made = await opened(repository(session, OLD), owner.id)
    assert await repository(session, NEW, OLD).find(owner.id, NUMBER) == made
    assert await repository(session, NEW).find(owner.id, NUMBER) is None


async def test_a_number_is_not_stored_readably(session: AsyncSession, owner: User) -> None:
    await opened(repository(session), owner.id)
    stored = await session.execute(text("select * from account_links where user_id = :id"), {"id": owner.id})
    assert NUMBER.number not in str([[*row] for row in stored])


async def test_a_link_cannot_point_to_an_account_of_somebody_else(session: AsyncSession, owner: User) -> None:
    other = user()
    await PostgresUserRepository(session).add(other)
    made = await opened(repository(session), owner.id)
    with pytest.raises(Exception, match="fk_account_links_account_id_user_id"):
        await repository(session).link(other.id, made, NUMBER, IMPORT)


@pytest.mark.parametrize("kind", AccountType)
async def test_every_kind_of_account_can_be_stored(session: AsyncSession, owner: User, kind: AccountType) -> None:
    made = account(owner.id, type=kind)
    await repository(session).add(made)
    assert await stored(session, made.id, "type") == (kind,)


async def stored(session: AsyncSession, account_id: AccountId, columns: str) -> tuple[Any, ...]:
    query = text(f"select {columns} from accounts where id = :id")
    row = (await session.execute(query, {"id": account_id})).one()
    return tuple(row)


def balance(amount: str, day: int | None) -> StatedBalance:
    return StatedBalance(amount=Decimal(amount), as_of=datetime(2026, 1, day, tzinfo=UTC) if day else None)


async def test_data_are_as_new_as_the_newest_statement_says(session: AsyncSession, owner: User) -> None:
    accounts = repository(session)
    made = await opened(accounts, owner.id)
    later = NOW + timedelta(hours=1)
    first, second = (DataSource(kind=SourceKind.IMPORT, id=uuid4()) for _ in range(2))
    await accounts.tell(owner.id, made, first, NUMBER, NOW)
    await accounts.state(made, first, StatementClosed(ends_on=date(2026, 1, 20)), NOW)
    before = await stored(session, made, "*")
    await accounts.tell(owner.id, made, second, NUMBER, later)
    await accounts.state(made, second, StatementClosed(current=balance("1", 10), ends_on=date(2026, 1, 9)), later)
    found = await stored(session, made, "data_as_of, last_success_at, updated_at")
    assert found == (datetime(2026, 1, 20, tzinfo=UTC), later, later)
    assert await accounts.release(owner.id, second.id) == ReleasedAccounts()
    assert await stored(session, made, "*") == before


async def test_a_number_stays_while_another_source_told_of_it(session: AsyncSession, owner: User) -> None:
    accounts = repository(session)
    first, second = (DataSource(kind=SourceKind.IMPORT, id=uuid4()) for _ in range(2))
    made = account(owner.id).id
    await accounts.add(account(owner.id, id=made))
    await accounts.link(owner.id, made, NUMBER, ImportId(first.id))
    for source in (first, second):
        await accounts.tell(owner.id, made, source, NUMBER, NOW)
    assert await accounts.release(owner.id, first.id) == ReleasedAccounts()
    assert await accounts.find(owner.id, NUMBER) == made
    assert await accounts.release(owner.id, second.id) == ReleasedAccounts(removed=(made,))
    assert await accounts.find(owner.id, NUMBER) is None


async def test_an_account_that_its_owner_changed_stays(session: AsyncSession, owner: User) -> None:
    accounts = repository(session)
    source = DataSource(kind=SourceKind.IMPORT, id=uuid4())
    made = account(owner.id)
    await accounts.add(made)
    await accounts.tell(owner.id, made.id, source, None, NOW)
    assert await accounts.change(owner.id, made.id, "Household", hidden=None, at=NOW)
    assert await accounts.release(owner.id, source.id) == ReleasedAccounts(kept=(made.id,))


async def test_whoever_asks_for_a_number_holds_it_until_the_end(engine: AsyncEngine, owner: User) -> None:
    async with AsyncSession(engine) as first, AsyncSession(engine) as second:
        await repository(first).find(owner.id, NUMBER)
        await second.execute(text("set local lock_timeout = '50ms'"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            await repository(second).find(owner.id, NUMBER)
        await second.rollback()
        await repository(second).find(UserId(uuid4()), NUMBER)  # somebody else does not wait
        await first.rollback()
        await repository(second).find(owner.id, NUMBER)


async def test_who_tells_of_an_account_is_known_until_it_is_removed(accounts: AccountRepository, owner: User) -> None:
    made = await opened(accounts, owner.id)
    assert not await accounts.told_by(owner.id, made)
    for kind in (SourceKind.MANUAL, SourceKind.IMPORT):
        await accounts.tell(owner.id, made, DataSource(kind=kind, id=uuid4()), None, NOW)
    assert await accounts.told_by(owner.id, made) == {SourceKind.MANUAL, SourceKind.IMPORT}
    assert await accounts.told_by(UserId(uuid4()), made) is None
    await accounts.remove(made)
    assert await accounts.told_by(owner.id, made) is None
    assert not await accounts.tell(owner.id, made, DataSource(kind=SourceKind.IMPORT, id=uuid4()), None, NOW)
