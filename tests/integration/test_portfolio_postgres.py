from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.ids import AccountId
from app.domain.identity.user import User
from app.domain.imports.statement import Position
from app.domain.ledger.security import AssetClass, Security, Side
from app.domain.ledger.source import DataSource, SourceKind
from app.domain.portfolio.reports import BalanceSnapshot, HoldingReport
from app.domain.protocols.portfolio import PortfolioRepository
from app.domain.protocols.secrets import Key, KeyRing
from app.infrastructure.postgres.accounts import PostgresAccountRepository
from app.infrastructure.postgres.portfolio import PostgresPortfolioRepository
from app.infrastructure.postgres.users import PostgresUserRepository
from app.infrastructure.security.vault import KeyedAccountNumberVault
from tests.fakes.portfolio import FakePortfolioRepository
from tests.values import account, user

RING = KeyRing((Key("k", bytes(32)),))
NEWEST = "select {} from {} where account_id = :id order by as_of desc, id desc limit 1"


def imported() -> DataSource:
    return DataSource(kind=SourceKind.IMPORT, id=uuid4())


def synced() -> DataSource:
    return DataSource(kind=SourceKind.SCHEDULED_SYNC, id=uuid4())


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


def position(symbol: str, quantity: str = "1") -> Position:
    return Position(locator="", security=Security(symbol=symbol), quantity=Decimal(quantity), currency="USD")


@dataclass
class Desk:
    """Somebody's account, and what is known of it."""

    portfolio: PortfolioRepository
    session: AsyncSession
    owner: User
    account_id: AccountId

    async def told(self, source: DataSource, current: str | None, on: int) -> None:
        amount = Decimal(current) if current else None
        stated = BalanceSnapshot(account_id=self.account_id, as_of=day(on), currency="USD", current=amount)
        await self.portfolio.add_snapshots(self.owner.id, source, [stated])

    async def shown(self, source: DataSource, on: int, *positions: Position) -> None:
        report = HoldingReport(account_id=self.account_id, as_of=day(on), positions=positions)
        await self.portfolio.report_holdings(self.owner.id, source, [report])

    async def balance(self) -> str | None:
        if isinstance(self.portfolio, FakePortfolioRepository):
            newest = self.portfolio.balance(self.account_id)
            return str(newest.current) if newest else None
        found = await self.session.scalar(
            text(NEWEST.format("current::text", "balance_snapshots")), {"id": self.account_id}
        )
        return str(found) if found else None

    async def held(self) -> Sequence[tuple[str, str]]:
        if isinstance(self.portfolio, FakePortfolioRepository):
            positions = self.portfolio.holdings(self.account_id)
            return [(str(one.security.symbol), str(one.quantity)) for one in positions]
        newest = NEWEST.format("id", "holding_reports")
        query = text(f"select symbol, quantity::text from holdings where report_id = ({newest}) order by number")
        return [(row[0], row[1]) for row in await self.session.execute(query, {"id": self.account_id})]

    async def ids(self) -> list[UUID]:
        query = text("select id from holdings where account_id = :id order by report_id, number")
        return [*(await self.session.scalars(query, {"id": self.account_id}))]


async def stored_account(session: AsyncSession, owner: User) -> AccountId:
    made = account(owner.id)
    await PostgresAccountRepository(session, KeyedAccountNumberVault(RING, RING)).add(made)
    return made.id


@pytest.fixture(params=["fake", "postgres"])
async def desk(request: pytest.FixtureRequest, session: AsyncSession, owner: User) -> Desk:
    fake = request.param == "fake"
    portfolio = FakePortfolioRepository() if fake else PostgresPortfolioRepository(session)
    return Desk(portfolio, session, owner, await stored_account(session, owner))


@pytest.fixture
async def real(session: AsyncSession, owner: User) -> Desk:
    return Desk(PostgresPortfolioRepository(session), session, owner, await stored_account(session, owner))


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ([("1.00", 5)], "1.00"),
        ([("1.00", 5), ("2.00", 6)], "2.00"),
        ([("1.00", 5), ("2.00", 5)], "2.00"),
        ([("1.00", 5), ("2.00", 4)], "1.00"),
        ([], None),
    ],
)
async def test_the_newest_balance_is_the_accounts(desk: Desk, told: list[tuple[str, int]], kept: str | None) -> None:
    for current, on in told:
        await desk.told(imported(), current, on)
    assert await desk.balance() == kept


async def test_a_source_says_one_balance_of_an_instant(desk: Desk) -> None:
    source = imported()
    await desk.told(source, "1.00", 5)
    await desk.told(source, "2.00", 5)
    await desk.portfolio.remove(desk.owner.id, [source.id])
    assert await desk.balance() is None


async def test_the_newest_report_says_what_is_held(desk: Desk) -> None:
    await desk.shown(imported(), 5, position("A"), position("B", "2.50"))
    await desk.shown(imported(), 4, position("C"))
    assert await desk.held() == [("A", "1"), ("B", "2.50")]


async def test_a_report_without_positions_says_that_nothing_is_held(desk: Desk) -> None:
    await desk.shown(imported(), 5, position("A"))
    await desk.shown(synced(), 6)
    assert await desk.held() == []


async def test_what_is_undone_gives_way_to_what_was_known_before(desk: Desk) -> None:
    undone = imported()
    await desk.told(imported(), "1.00", 4)
    await desk.shown(imported(), 4, position("A"))
    await desk.told(undone, "2.00", 5)
    await desk.shown(undone, 5)
    await desk.portfolio.remove(desk.owner.id, [undone.id])
    assert (await desk.balance(), await desk.held()) == ("1.00", [("A", "1")])


async def test_a_report_told_again_replaces_itself(desk: Desk) -> None:
    source = imported()
    await desk.shown(source, 5, position("A"))
    await desk.shown(source, 5, position("B"))
    assert await desk.held() == [("B", "1")]
    await desk.portfolio.remove(desk.owner.id, [source.id])
    assert await desk.held() == []


async def test_a_sync_replaces_earlier_syncs_and_no_import(desk: Desk) -> None:
    await desk.shown(imported(), 6, position("I"))
    first, second = synced(), synced()
    await desk.shown(first, 8, position("A"))
    await desk.shown(second, 7, position("B"))
    assert await desk.held() == [("B", "1")]
    await desk.portfolio.remove(desk.owner.id, [second.id])
    assert await desk.held() == [("I", "1")]


async def test_a_holding_keeps_its_id_from_sync_to_sync(real: Desk) -> None:
    await real.shown(synced(), 5, position("A"), position("A"), position("B"))
    first = await real.ids()
    await real.shown(synced(), 6, position("B"), position("A", "7"), position("C"))
    assert (await real.ids())[:2] == [first[2], first[0]]
    assert len({*first}) == 3


async def test_every_field_of_a_holding_is_stored(real: Desk) -> None:
    full = Position(
        locator="position 1",
        security=Security(symbol="A", name="Alpha", cusip="037833100", isin="US0378331005"),
        quantity=Decimal("10.500"),
        currency="EUR",
        side=Side.SHORT,
        asset_class=AssetClass.OPTION,
        price=Decimal("2.10"),
        price_as_of=day(3),
        market_value=Decimal("-22.05"),
        cost_basis_total=Decimal("-20.00"),
        as_of=day(4),
    )
    await real.shown(imported(), 5, full)
    query = text("select * from holdings where account_id = :id")
    found = (await real.session.execute(query, {"id": real.account_id})).mappings().one()
    names = {*Position.__slots__} - {"locator", "security"}
    assert {name: found[name] for name in names} == {name: getattr(full, name) for name in names}
    assert [found[name] for name in ("symbol", "security_name", "cusip", "isin")] == [
        "A",
        "Alpha",
        "037833100",
        "US0378331005",
    ]


async def test_nothing_can_be_reported_of_an_account_of_somebody_else(real: Desk) -> None:
    other = user()
    await PostgresUserRepository(real.session).add(other)
    stranger = Desk(real.portfolio, real.session, other, real.account_id)
    with pytest.raises(Exception, match="fk_balance_snapshots_account_id_user_id"):
        async with real.session.begin_nested():
            await stranger.told(imported(), "1.00", 5)
    with pytest.raises(Exception, match="fk_holding_reports_account_id_user_id"):
        await stranger.shown(imported(), 5, position("A"))
