from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.ids import AccountId, UserId
from app.domain.connections.reading import ProviderRow
from app.domain.identity.user import User
from app.domain.imports.statement import Movement
from app.domain.imports.statement_import import MergeCounts
from app.domain.ledger.row_identity import provider_identity
from app.domain.ledger.security import Security
from app.domain.ledger.source import DataSource, SourceKind
from app.domain.ledger.transaction import TransactionStatus, TransactionSubtype, TransactionType
from app.domain.protocols.ledger import RowSource, TransactionRepository
from app.domain.protocols.secrets import Key, KeyRing
from app.infrastructure.postgres.accounts import PostgresAccountRepository
from app.infrastructure.postgres.transactions import PostgresTransactionRepository
from app.infrastructure.postgres.users import PostgresUserRepository
from app.infrastructure.security.vault import KeyedAccountNumberVault
from tests.fakes.transactions import FakeTransactionRepository
from tests.values import account, movement, user

RING = KeyRing((Key("k", bytes(32)),))

BANK = "connection:1"


@dataclass(frozen=True)
class Ledger:
    """A repository and an account of somebody to write to."""

    transactions: TransactionRepository
    user_id: UserId
    accounts: tuple[AccountId, AccountId]
    session: AsyncSession

    async def imports(self, *rows: tuple[bytes, Movement], into: int = 0, scheme: str = "ofx") -> MergeCounts:
        """Stage and merge at once; the counts of that account."""
        await self.stage(*rows, into=into, scheme=scheme)
        return (await self.transactions.merge())[self.accounts[into]]

    async def stage(self, *rows: tuple[bytes, Movement], into: int = 0, scheme: str = "ofx") -> None:
        await self.transactions.stage(self.source(SourceKind.IMPORT, scheme, into), rows)

    async def syncs(self, *rows: ProviderRow, removed: Sequence[str] = ()) -> MergeCounts:
        """What a provider tells in one reading; the counts of the first account."""
        source = self.source(SourceKind.SCHEDULED_SYNC, BANK)
        named = [(named_by_bank(one.movement.bank_id or ""), one) for one in rows]
        completes = {name: named_by_bank(one.pending_id) for name, one in named if one.pending_id}
        await self.transactions.stage(source, [(name, one.movement) for name, one in named], completes)
        await self.transactions.stage_removals(source, [named_by_bank(one) for one in removed])
        return (await self.transactions.merge()).get(self.accounts[0], MergeCounts())

    async def shown(self) -> list[tuple[str, str]]:
        """Amount and status of all rows of the first account."""
        if isinstance(self.transactions, FakeTransactionRepository):
            return sorted((str(one.amount), str(one.status)) for one in self.transactions.rows(self.accounts[0]))
        query = text("select amount::text, status from transactions where account_id = :id")
        found = await self.session.execute(query, {"id": self.accounts[0]})
        return sorted((row.amount, row.status) for row in found)

    def source(self, kind: SourceKind, scheme: str, into: int = 0) -> RowSource:
        return RowSource(
            source=DataSource(kind=kind, id=uuid4()),
            scheme=scheme,
            user_id=self.user_id,
            account_id=self.accounts[into],
            currency="USD",
        )


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
    return Ledger(transactions, owner.id, await two_accounts(session, owner.id), session)


def row(number: int, **changed: Any) -> tuple[bytes, Movement]:
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


def named_by_bank(provider_id: str) -> bytes:
    return provider_identity(BANK, provider_id)


def told(provider_id: str, pending_id: str | None = None, **changed: Any) -> ProviderRow:
    return ProviderRow(account_id="a", movement=movement(bank_id=provider_id, **changed), pending_id=pending_id)


PENDING = {"status": TransactionStatus.PENDING}


async def test_an_amended_row_changes_in_place(ledger: Ledger) -> None:
    await ledger.syncs(told("a"), told("b"))
    assert await ledger.syncs(told("a", amount="-1.10", booked_on=date(2026, 1, 7))) == MergeCounts(corrected=1)
    assert await ledger.shown() == [("-1.00", "posted"), ("-1.10", "posted")]


async def test_a_pending_row_is_posted_in_place_by_its_link(ledger: Ledger) -> None:
    await ledger.syncs(told("p", amount="-1.00", **PENDING))
    assert await ledger.syncs(told("q", "p", amount="-1.20"), removed=["p"]) == MergeCounts(corrected=1)
    assert await ledger.shown() == [("-1.20", "posted")]
    assert await ledger.syncs(told("q", "p", amount="-1.20"), removed=["p"]) == MergeCounts(duplicate=1)


async def test_a_pending_row_and_what_completes_it_may_come_together(ledger: Ledger) -> None:
    assert await ledger.syncs(told("p", **PENDING), told("q", "p", amount="-2")) == MergeCounts(new=1, corrected=1)
    assert await ledger.shown() == [("-2", "posted")]


async def test_a_pending_row_is_posted_in_place_without_a_link(ledger: Ledger) -> None:
    await ledger.syncs(told("p", **PENDING))
    posted = told("q", booked_on=date(2026, 1, 8), description="TEA HOUSE")
    assert await ledger.syncs(posted, removed=["p"]) == MergeCounts(corrected=1)
    assert await ledger.shown() == [("-1.00", "posted")]


async def test_a_pending_row_that_is_still_told_stays(ledger: Ledger) -> None:
    await ledger.syncs(told("p", **PENDING))
    assert await ledger.syncs(told("q"), told("p", **PENDING)) == MergeCounts(new=1, duplicate=1)


async def test_what_a_provider_tells_over_and_over_is_remembered_once(session: AsyncSession, owner: User) -> None:
    ledger = Ledger(PostgresTransactionRepository(session), owner.id, await two_accounts(session, owner.id), session)
    counted = [
        await ledger.syncs(told("a", description=name)) for name in ("Tea", "Tea", "Tea house", "Tea house", "Tea")
    ]
    assert counted == [MergeCounts(new=1), *[MergeCounts(duplicate=1), MergeCounts(corrected=1)] * 2]
    query = text("select count(*) from transaction_sources where user_id = :id")
    assert await session.scalar(query, {"id": owner.id}) == 3


async def test_posted_is_never_pending_again(ledger: Ledger) -> None:
    await ledger.syncs(told("a"))
    await ledger.syncs(told("a", **PENDING))
    assert await ledger.shown() == [("-1.00", "posted")]


async def test_a_removed_row_stays_as_removed_and_does_not_come_back(ledger: Ledger) -> None:
    await ledger.syncs(told("a"), told("b", amount="-2"))
    assert await ledger.syncs(removed=["a", "unknown"]) == MergeCounts(removed=1)
    assert await ledger.syncs(removed=["a"]) == MergeCounts()
    assert await ledger.syncs(told("a"), told("a", amount="-3")) == MergeCounts(duplicate=2)
    assert await ledger.shown() == [("-1.00", "removed"), ("-2", "posted")]


async def test_what_a_file_tells_too_is_not_removed_by_the_provider(ledger: Ledger) -> None:
    await ledger.syncs(told("a"))
    assert await ledger.imports(row(1)) == MergeCounts(duplicate=1)
    await ledger.syncs(removed=["a"])
    assert await ledger.shown() == [("-1.00", "posted")]


async def test_a_file_after_a_sync_adds_nothing(ledger: Ledger) -> None:
    await ledger.syncs(
        told("a", description="Tea House"), told("b", description="TEA HOUSE 12"), told("c", amount="-4")
    )
    file = [row(number, description=name) for number, name in enumerate(["TEA HOUSE 12", "TEA HOUSE LONDON"])]
    for _ in range(2):
        assert await ledger.imports(*file) == MergeCounts(duplicate=2)
    assert await ledger.imports(*file, row(9, description="Tea house")) == MergeCounts(new=1, duplicate=2)


async def test_a_sync_after_a_file_adds_nothing(ledger: Ledger) -> None:
    await ledger.imports(row(1), row(2), scheme="mt940")
    for _ in range(2):
        assert await ledger.syncs(told("a", description="TEA"), told("b", description="TEA")) == MergeCounts(
            duplicate=2
        )
    assert await ledger.syncs(told("c")) == MergeCounts(new=1)


async def test_hundreds_of_alike_rows_are_told_apart_by_their_order(ledger: Ledger) -> None:
    """Though each is compared with a few of them only."""
    await ledger.imports(*[row(number, amount="-2.50", description=f"Fare {number}") for number in range(120)])
    again = [row(120 + number, amount="-2.50", description="FARE", bank_id=None) for number in range(121)]
    assert await ledger.imports(*again, scheme="csv") == MergeCounts(new=1, duplicate=120)


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
    security=Security(symbol="TEA", name="Tea Corp", cusip="123456789", isin="US1234567890"),
    quantity=Decimal("3.500"),
    unit_price=Decimal("4.1"),
    fees=Decimal("0.10"),
    raw="<STMTTRN>\n\t\\two lines",
)


async def stored(session: AsyncSession, user_id: UserId) -> dict[str, Any]:
    found = await session.execute(text("select * from transactions where user_id = :id"), {"id": user_id})
    return dict(found.mappings().one())


@pytest.mark.parametrize("full", [FULL, movement()])
async def test_every_field_is_stored(session: AsyncSession, owner: User, full: Movement) -> None:
    accounts = await two_accounts(session, owner.id)
    await Ledger(PostgresTransactionRepository(session), owner.id, accounts, session).imports((bytes(16), full))
    found = await stored(session, owner.id)
    names = {*Movement.__slots__} - {"locator", "bank_id", "security", "running_balance", "raw"}
    assert {name: found[name] for name in names} == {name: getattr(full, name) for name in names}
    assert [str(found[name]) for name in ("amount", "quantity")] == [str(full.amount), str(full.quantity)]
    assert (found["account_id"], found["currency"]) == (accounts[0], "USD")
    security = full.security or Security()
    assert security == Security(
        symbol=found["symbol"], name=found["security_name"], cusip=found["cusip"], isin=found["isin"]
    )
    (source,) = (
        await session.execute(text("select * from transaction_sources where user_id = :id"), {"id": owner.id})
    ).all()
    assert (source.transaction_id, source.account_id, source.identity) == (found["id"], accounts[0], bytes(16))
    assert (source.locator, source.external_id, source.raw, source.matched_by) == ("row", "1", full.raw, "new")


@pytest.mark.parametrize(
    "text_", ["\t", "\\N", "\\.", "\\", "a\\tb", "\n", "\r\n", "'; --", "ü😀", '"', "{}", "%s", "$1"]
)
async def test_any_text_goes_through_copy_unchanged(session: AsyncSession, owner: User, text_: str) -> None:
    ledger = Ledger(PostgresTransactionRepository(session), owner.id, await two_accounts(session, owner.id), session)
    await ledger.imports(row(1, description=text_, memo=text_, reference=text_))
    found = await stored(session, owner.id)
    assert [found[name] for name in ("description", "memo", "reference")] == [text_] * 3


async def test_ids_follow_the_order_of_the_file(session: AsyncSession, owner: User) -> None:
    ledger = Ledger(PostgresTransactionRepository(session), owner.id, await two_accounts(session, owner.id), session)
    await ledger.imports(*(row(number, amount=str(200 - number)) for number in range(200)))
    query = text("select amount::int from transactions where user_id = :id order by id")
    assert [*(await session.scalars(query, {"id": owner.id}))] == [200 - number for number in range(200)]


async def test_a_row_cannot_go_into_an_account_of_somebody_else(session: AsyncSession, owner: User) -> None:
    other = user()
    await PostgresUserRepository(session).add(other)
    ledger = Ledger(PostgresTransactionRepository(session), other.id, await two_accounts(session, owner.id), session)
    with pytest.raises(Exception, match="fk_transactions_account_id_user_id"):
        await ledger.imports(row(1))


TEXTS = ["Tea", "Coffee", "TEA & COFFEE", ""]
type Stated = tuple[int, str, TransactionStatus]


@given(
    imports=st.lists(
        st.tuples(
            st.sampled_from(["ofx", "camt", "csv"]),
            st.lists(
                st.tuples(
                    st.integers(0, 3),
                    st.sampled_from(TEXTS),
                    st.sampled_from(["pending", "posted"]).map(TransactionStatus),
                ),
                max_size=5,
            ),
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_fake_and_database_do_alike(engine: AsyncEngine, imports: list[tuple[str, list[Stated]]]) -> None:
    async with AsyncSession(engine, expire_on_commit=False) as session:
        somebody = user()
        await PostgresUserRepository(session).add(somebody)
        accounts = await two_accounts(session, somebody.id)
        ledgers = [
            Ledger(transactions, somebody.id, accounts, session)
            for transactions in (FakeTransactionRepository(), PostgresTransactionRepository(session))
        ]
        for scheme, rows in imports:
            counted, shown = [], []
            for ledger in ledgers:
                stated = (row(number, description=name, status=status) for number, name, status in rows)
                await ledger.stage(*stated, scheme=scheme)
                counted.append(await ledger.transactions.merge())
                shown.append(await ledger.shown())
            assert counted[0] == counted[1], imports
            assert shown[0] == shown[1], imports
        await session.rollback()
