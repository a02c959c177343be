from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.ids import AccountId, UserId
from app.domain.identity.user import User
from app.domain.imports.statement import Movement
from app.domain.imports.statement_import import MergeCounts
from app.domain.ledger.transaction import TransactionStatus, TransactionSubtype, TransactionType
from app.domain.protocols.ledger import TransactionRepository
from app.domain.protocols.secrets import Key, KeyRing
from app.infrastructure.postgres.accounts import PostgresAccountRepository
from app.infrastructure.postgres.transactions import PostgresTransactionRepository
from app.infrastructure.postgres.users import PostgresUserRepository
from app.infrastructure.security.vault import KeyedAccountNumberVault
from tests.fakes.ledger import FakeTransactionRepository
from tests.values import account, movement, user

RING = KeyRing((Key("k", bytes(32)),))

type Rows = list[tuple[bytes, Movement]]


@dataclass(frozen=True)
class Ledger:
    """A repository and an account of somebody to write to."""

    transactions: TransactionRepository
    user_id: UserId
    accounts: tuple[AccountId, AccountId]

    async def imports(self, *rows: tuple[bytes, Movement], into: int = 0) -> MergeCounts:
        """Stage and merge at once; the counts of that account."""
        await self.stage(*rows, into=into)
        return (await self.transactions.merge())[self.accounts[into]]

    async def stage(self, *rows: tuple[bytes, Movement], into: int = 0) -> None:
        await self.transactions.stage(self.user_id, self.accounts[into], "USD", rows)


async def two_accounts(session: AsyncSession, user_id: UserId) -> tuple[AccountId, AccountId]:
    accounts = PostgresAccountRepository(session, KeyedAccountNumberVault(RING, RING))
    made = account(user_id), account(user_id)
    for one in made:
        await accounts.add(one)
    return made[0].id, made[1].id


@pytest.fixture(params=["fake", "postgres"])
async def ledger(request: pytest.FixtureRequest, session: AsyncSession, owner: User) -> Ledger:
    fake = request.param == "fake"
    transactions = FakeTransactionRepository() if fake else PostgresTransactionRepository(session)
    return Ledger(transactions, owner.id, await two_accounts(session, owner.id))


def row(number: int, **changed: str) -> tuple[bytes, Movement]:
    return bytes([number]) * 16, movement(**changed)


async def test_new_rows_are_added(ledger: Ledger) -> None:
    assert await ledger.imports(row(1), row(2)) == MergeCounts(new=2)


async def test_rows_seen_before_add_nothing(ledger: Ledger) -> None:
    await ledger.imports(row(1), row(2))
    assert await ledger.imports(row(1), row(2), row(3)) == MergeCounts(new=1, duplicate=2)


async def test_a_row_that_says_something_else_is_corrected_once(ledger: Ledger) -> None:
    await ledger.imports(row(1), row(2))
    assert await ledger.imports(row(1, description="Tea house"), row(2)) == MergeCounts(duplicate=1, corrected=1)
    assert await ledger.imports(row(1, description="Tea house")) == MergeCounts(duplicate=1)


async def test_a_row_staged_twice_is_added_once(ledger: Ledger) -> None:
    assert await ledger.imports(row(1), row(1)) == MergeCounts(new=1, duplicate=1)


async def test_rows_staged_bit_by_bit_are_merged_together(ledger: Ledger) -> None:
    for number in range(5):
        await ledger.stage(row(number))
    assert await ledger.transactions.merge() == {ledger.accounts[0]: MergeCounts(new=5)}


async def test_each_account_is_counted_by_itself(ledger: Ledger) -> None:
    await ledger.imports(row(1))
    await ledger.stage(row(1), row(2))
    await ledger.stage(row(1), into=1)
    assert await ledger.transactions.merge() == {
        ledger.accounts[0]: MergeCounts(new=1, duplicate=1),
        ledger.accounts[1]: MergeCounts(new=1),
    }


async def test_without_rows_nothing_is_counted(ledger: Ledger) -> None:
    assert await ledger.transactions.merge() == {}


FULL = Movement(
    locator="row",
    booked_on=date(2026, 1, 5),
    amount=Decimal("-12.3400"),
    type=TransactionType.SPENDING,
    subtype=TransactionSubtype.CHECK,
    status=TransactionStatus.PENDING,
    bank_id="1",
    value_on=date(2026, 1, 6),
    transacted_at=datetime(2026, 1, 4, 3, 2, 1, tzinfo=UTC),
    description="Tea",
    counterparty="Tea house",
    memo="two cups",
    reference="R",
    check_number="7",
    original_amount=Decimal("-10.0"),
    original_currency="EUR",
)


async def stored(session: AsyncSession, user_id: UserId) -> dict[str, object]:
    found = await session.execute(text("select * from transactions where user_id = :id"), {"id": user_id})
    return dict(found.mappings().one())


@pytest.mark.parametrize("full", [FULL, movement()])
async def test_every_field_is_stored(session: AsyncSession, owner: User, full: Movement) -> None:
    accounts = await two_accounts(session, owner.id)
    await Ledger(PostgresTransactionRepository(session), owner.id, accounts).imports((bytes(16), full))
    found = await stored(session, owner.id)
    names = {*Movement.__slots__} - {"locator", "bank_id"}
    assert {name: found[name] for name in names} == {name: getattr(full, name) for name in names}
    assert str(found["amount"]) == str(full.amount)
    assert (found["account_id"], found["currency"], found["identity"]) == (accounts[0], "USD", bytes(16))


@pytest.mark.parametrize(
    "text_", ["\t", "\\N", "\\.", "\\", "a\\tb", "\n", "\r\n", "'; --", "ü😀", '"', "{}", "%s", "$1"]
)
async def test_any_text_goes_through_copy_unchanged(session: AsyncSession, owner: User, text_: str) -> None:
    ledger = Ledger(PostgresTransactionRepository(session), owner.id, await two_accounts(session, owner.id))
    await ledger.imports(row(1, description=text_, memo=text_, reference=text_))
    found = await stored(session, owner.id)
    assert [found[name] for name in ("description", "memo", "reference")] == [text_] * 3


async def test_ids_follow_the_order_of_the_file(session: AsyncSession, owner: User) -> None:
    ledger = Ledger(PostgresTransactionRepository(session), owner.id, await two_accounts(session, owner.id))
    await ledger.imports(*(row(number, amount=str(200 - number)) for number in range(200)))
    query = text("select amount::int from transactions where user_id = :id order by id")
    assert [*(await session.scalars(query, {"id": owner.id}))] == [200 - number for number in range(200)]


async def test_a_row_cannot_go_into_an_account_of_somebody_else(session: AsyncSession, owner: User) -> None:
    other = user()
    await PostgresUserRepository(session).add(other)
    ledger = Ledger(PostgresTransactionRepository(session), other.id, await two_accounts(session, owner.id))
    with pytest.raises(Exception, match="fk_transactions_account_id_user_id"):
        await ledger.imports(row(1))


@given(
    imports=st.lists(
        st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["Tea", "Coffee"])), max_size=5), min_size=1, max_size=4
    )
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_fake_and_database_count_alike(engine: AsyncEngine, imports: list[list[tuple[int, str]]]) -> None:
    async with AsyncSession(engine, expire_on_commit=False) as session:
        somebody = user()
        await PostgresUserRepository(session).add(somebody)
        accounts = await two_accounts(session, somebody.id)
        ledgers = [
            Ledger(transactions, somebody.id, accounts)
            for transactions in (FakeTransactionRepository(), PostgresTransactionRepository(session))
        ]
        for rows in imports:
            counted = []
            for ledger in ledgers:
                await ledger.stage(*(row(number, description=name) for number, name in rows))
                counted.append(await ledger.transactions.merge())
            assert counted[0] == counted[1]
        await session.rollback()
