from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.application.portfolio.views import BalanceSeries, BalanceSnapshotPage, HoldingPage, HoldingView, NetWorthView
from app.core.ids import AccountId, UserId
from app.domain.imports.statement import Position
from app.domain.ledger.security import AssetClass, Security, Side
from app.domain.ledger.source import DataSource, SourceKind
from app.domain.portfolio.reports import BalanceSnapshot, HoldingReport
from app.infrastructure.postgres.portfolio import PostgresPortfolioRepository
from tests.answers import blamed, decoded, problem
from tests.api.paging import first_cursor, tampered, walk
from tests.people import Person, Town
from tests.statements import ofx, statement

CARD = "<CREDITCARDMSGSRSV1><CCSTMTRS><CURDEF>USD<CCACCTFROM><ACCTID>4111-9999</CCACCTFROM>{}</CCSTMTRS>"
OWED = "<LEDGERBAL><BALAMT>-250.00<DTASOF>20260115</LEDGERBAL>"
SOMEWHERE = UUID(int=1)
LISTS = ("/holdings", "/balance-snapshots")
POSITIONS = 25


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


def position(symbol: str, **changed: Any) -> Position:
    known: dict[str, Any] = {
        "locator": "",
        "security": Security(symbol=symbol, name=f"{symbol} Inc."),
        "quantity": Decimal(3),
        "currency": "USD",
        "asset_class": AssetClass.EQUITY,
        "price": Decimal("40.00"),
        "market_value": Decimal("120.00"),
        "cost_basis_total": Decimal("100.00"),
    }
    return Position(**known | changed)


SHORT = position(
    "SHRT", side=Side.SHORT, quantity=Decimal(10), market_value=Decimal(-1200), cost_basis_total=Decimal(-1000)
)
UNPRICED = position("NONE", currency="EUR", price=None, market_value=None, asset_class=AssetClass.OTHER)
WORTHLESS = position("ZERO", currency="EUR", quantity=Decimal(0), market_value=Decimal("0.00"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Investor:
    """Somebody with a brokerage account (no balance stated), a checking account in euros and a card."""

    owner: Person
    brokerage: UUID
    checking: UUID
    card: UUID
    empty: UUID

    async def holdings(self, path: str = "/holdings", **params: Any) -> Sequence[HoldingView]:
        return decoded(await self.owner.get(path, limit=500, **params), HoldingPage).holdings


@pytest.fixture(scope="session")
async def investor(town: Town, engine: AsyncEngine) -> Investor:
    owner = await town.person()
    await owner.import_file(ofx(statement(number="B"), statement(number="C", currency="EUR", balance="1000.00")))
    await owner.import_file(f"OFXHEADER:100\n\n<OFX>{CARD.format(OWED)}</CREDITCARDMSGSRSV1></OFX>".encode())
    await owner.import_file(ofx(statement(number="E")))
    brokerage, checking, card, empty = [account.id for account in await owner.accounts()]
    async with AsyncSession(engine) as session:
        repository = PostgresPortfolioRepository(session)
        held = [position(f"S{number:02}") for number in range(POSITIONS - 3)]
        for on, positions in ((20, [*held, SHORT, UNPRICED, WORTHLESS]), (10, [position("SOLD")])):
            report = HoldingReport(account_id=AccountId(brokerage), as_of=day(on), positions=positions)
            source = DataSource(kind=SourceKind.IMPORT, id=uuid4())
            await repository.report_holdings(UserId(owner.user_id), source, [report])
        balances = [
            BalanceSnapshot(account_id=AccountId(checking), as_of=day(number), currency="EUR", current=Decimal(amount))
            for number, amount in enumerate(("800.00", "900.00", "1100.50"), 1)
        ]
        for kind in (SourceKind.SCHEDULED_SYNC, SourceKind.MANUAL_SYNC):  # the second says the same again
            await repository.add_snapshots(UserId(owner.user_id), DataSource(kind=kind, id=uuid4()), balances)
        await session.commit()
    return Investor(owner=owner, brokerage=brokerage, checking=checking, card=card, empty=empty)


async def test_a_holding_shows_every_field(investor: Investor) -> None:
    first, *_ = (await investor.owner.get("/holdings")).json()["holdings"]
    usd = {"currency": "USD"}
    assert first == {
        "id": first["id"],
        "account_id": str(investor.brokerage),
        "security": {"symbol": "S00", "name": "S00 Inc.", "cusip": None, "isin": None},
        "asset_class": "equity",
        "side": "long",
        "quantity": "3",
        "price": {"amount": "40.00"} | usd,
        "price_as_of": None,
        "market_value": {"amount": "120.00"} | usd,
        "cost_basis_total": {"amount": "100.00"} | usd,
        "cost_basis_per_unit": {"amount": "33.3333333333"} | usd,
        "unrealized_gain": {"amount": "20.00"} | usd,
        "currency": "USD",
        "as_of": "2026-01-20T00:00:00Z",
    }


async def test_a_short_position_loses_when_its_price_rises(investor: Investor) -> None:
    (short,) = await investor.holdings(symbol="shrt")
    assert short.side is Side.SHORT
    assert short.unrealized_gain
    assert short.cost_basis_per_unit
    assert (short.unrealized_gain.amount, short.cost_basis_per_unit.amount) == (Decimal(-200), Decimal(100))


async def test_what_is_not_stated_of_a_holding_is_null(investor: Investor) -> None:
    unpriced, worthless = [(await investor.holdings(symbol=symbol))[0] for symbol in ("NONE", "ZERO")]
    assert (unpriced.price, unpriced.market_value, unpriced.unrealized_gain) == (None, None, None)
    assert worthless.cost_basis_per_unit is None
    assert worthless.unrealized_gain
    assert worthless.unrealized_gain.amount == Decimal("-100.00")


async def test_only_the_newest_report_is_shown(investor: Investor) -> None:
    held = await investor.holdings()
    assert len(held) == POSITIONS
    assert "SOLD" not in {one.security.symbol for one in held}


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"asset_class": "equity"}, POSITIONS - 1),
        ({"asset_class": "option"}, 0),
        ({"symbol": "S01"}, 1),
        ({"symbol": "S"}, 0),
        ({"symbol": "S01", "asset_class": "other"}, 0),
    ],
)
async def test_holdings_are_filtered(investor: Investor, wanted: dict[str, str], count: int) -> None:
    assert len(await investor.holdings(**wanted)) == count
    assert len(await investor.holdings(f"/accounts/{investor.brokerage}/holdings", **wanted)) == count
    assert len(await investor.holdings(account_id=investor.brokerage, **wanted)) == count
    assert len(await investor.holdings(account_id=investor.checking, **wanted)) == 0


async def test_totals_are_of_the_whole_list_and_add_no_currencies(investor: Investor) -> None:
    page = decoded(await investor.owner.get("/holdings", limit=2, include="total"), HoldingPage)
    euros, dollars = page.totals
    assert page.total_count == POSITIONS
    assert (euros.currency, euros.holdings, dollars.currency, dollars.holdings) == ("EUR", 2, "USD", POSITIONS - 2)
    assert euros.market_value
    assert euros.cost_basis_total
    assert euros.unrealized_gain
    assert (euros.market_value.amount, euros.cost_basis_total.amount) == (Decimal(0), Decimal(200))
    assert euros.unrealized_gain.amount == Decimal(-100)  # the unpriced one adds nothing
    assert dollars.market_value
    assert dollars.market_value.amount == 120 * (POSITIONS - 3) - 1200


async def test_nothing_held_is_an_empty_list(stranger: Person) -> None:
    page = decoded(await stranger.get("/holdings"), HoldingPage)
    assert (page.holdings, page.totals, page.has_more) == ([], [], False)


@pytest.mark.parametrize("limit", [1, 7, POSITIONS - 1, POSITIONS, 500])
async def test_pages_of_holdings_cover_each_once_in_order(investor: Investor, limit: int) -> None:
    pages = await walk(investor.owner, "/holdings", limit)
    assert [one["id"] for page in pages for one in page] == [str(one.id) for one in await investor.holdings()]


async def test_the_newest_balance_of_each_account_is_listed(investor: Investor) -> None:
    page = decoded(await investor.owner.get("/balance-snapshots", include="total"), BalanceSnapshotPage)
    assert [one.account_id for one in page.balance_snapshots] == [investor.checking, investor.card]
    checking, card = page.balance_snapshots
    assert checking.current
    assert card.current
    assert (str(checking.current.amount), checking.current.currency) == ("1000.00", "EUR")
    assert (str(card.current.amount), card.source, card.as_of) == ("-250.00", SourceKind.IMPORT, day(15))
    assert (card.available, card.holdings_value, card.cash_value) == (None, None, None)
    assert page.total_count == 2
    pages = await walk(investor.owner, "/balance-snapshots", 1)
    assert [one["account_id"] for (one,) in pages] == [str(investor.checking), str(investor.card)]


SERIES = ["1000.00", "1100.50", "900.00", "800.00"]


def amounts(snapshots: Sequence[dict[str, Any]]) -> list[str]:
    return [one["current"]["amount"] for one in snapshots]


async def test_a_series_has_each_instant_once_newest_first(investor: Investor) -> None:
    path = f"/accounts/{investor.checking}/balance-snapshots"
    for limit in (1, 3, 4, 500):
        pages = await walk(investor.owner, path, limit)
        assert [amount for page in pages for amount in amounts(page)] == SERIES
    series = decoded(await investor.owner.get(path, limit=1, include="total"), BalanceSeries)
    assert series.total_count == 4


@pytest.mark.parametrize(
    ("days", "shown", "change", "percent"),
    [
        ({}, SERIES, "200.00", "25.00"),
        ({"start_on": "2026-01-02", "end_on": "2026-01-03"}, SERIES[1:3], "200.50", "22.28"),
        ({"end_on": "2026-01-01"}, SERIES[3:], "0.00", "0.00"),
        ({"start_on": "2026-02-01", "end_on": "9999-12-31"}, [], None, None),
    ],
)
async def test_a_series_tells_how_far_it_moved(
    investor: Investor, days: dict[str, str], shown: list[str], change: str | None, percent: str | None
) -> None:
    answer = await investor.owner.get(f"/accounts/{investor.checking}/balance-snapshots", **days)
    decoded(answer, BalanceSeries)
    body = answer.json()
    assert amounts(body["balance_snapshots"]) == shown
    money = {"amount": change, "currency": "EUR"} if change else None
    assert (body["summary"]["change"], body["summary"]["percent"]) == (money, percent)
    assert (body["summary"]["start"] is None) == (not shown)


async def test_a_change_from_nothing_has_no_percentage(person: Person) -> None:
    await person.import_file(ofx(statement(balance="0.00")))
    (account,) = await person.accounts()
    series = decoded(await person.get(f"/accounts/{account.id}/balance-snapshots"), BalanceSeries)
    assert series.summary.start == series.summary.end
    assert series.summary.percent is None


async def test_net_worth_is_assets_less_liabilities_of_each_currency(investor: Investor) -> None:
    worth = decoded(await investor.owner.get("/net-worth"), NetWorthView)
    shown = [
        (one.currency, str(one.assets.amount), str(one.liabilities.amount), str(one.net_worth.amount))
        for one in worth.currencies
    ]
    dollars = 120 * (POSITIONS - 3) - 1200
    assert shown == [
        ("EUR", "1000.00", "0", "1000.00"),
        ("USD", f"{dollars}.00", "250.00", f"{dollars - 250}.00"),
    ]
    assert (worth.accounts_counted, worth.accounts_unknown) == (3, [investor.empty])
    assert worth.oldest_as_of == day(15)


async def test_who_has_nothing_is_worth_nothing(stranger: Person) -> None:
    worth = decoded(await stranger.get("/net-worth"), NetWorthView)
    assert (worth.currencies, worth.oldest_as_of, worth.accounts_counted) == ([], None, 0)


@pytest.mark.parametrize("path", [*LISTS, "/net-worth", *(f"/accounts/{SOMEWHERE}{path}" for path in LISTS)])
async def test_nobody_sees_a_portfolio_without_logging_in(client: httpx.AsyncClient, path: str) -> None:
    problem(await client.get(f"/api/v1{path}"), 401, "unauthorized")


async def test_the_portfolio_of_somebody_else_is_not_found(investor: Investor, stranger: Person) -> None:
    for account_id in (investor.brokerage, investor.checking, uuid4()):
        for path in (*(f"/accounts/{account_id}{path}" for path in LISTS), f"/holdings?account_id={account_id}"):
            problem(await stranger.client.get(f"/api/v1{path}"), 404, "not_found")


@pytest.mark.parametrize(
    ("path", "parameter", "value"),
    [
        ("/holdings", "asset_class", "stocks"),
        ("/holdings", "account_id", "1"),
        ("/holdings", "symbol", "a\x00"),
        ("/holdings", "symbol", "a" * 256),
        ("/balance-snapshots", "account_id", str(SOMEWHERE)),
        (f"/accounts/{SOMEWHERE}/balance-snapshots", "start_on", "yesterday"),
        ("/net-worth", "currency", "USD"),
        *((path, "limit", "0") for path in LISTS),
    ],
)
async def test_a_wrong_parameter_is_blamed(stranger: Person, path: str, parameter: str, value: str) -> None:
    assert blamed(await stranger.get(path, **{parameter: value}), 400, "invalid") == {parameter}


async def test_a_range_that_ends_before_it_begins_is_refused(investor: Investor) -> None:
    path = f"/accounts/{investor.checking}/balance-snapshots"
    answer = await investor.owner.get(path, start_on="2026-01-02", end_on="2026-01-01")
    assert blamed(answer, 400, "date_range_invalid") == {"end_on"}


async def test_a_cursor_serves_one_list_only(investor: Investor) -> None:
    series = f"/accounts/{investor.checking}/balance-snapshots"
    for path in (*LISTS, series):
        cursor = await first_cursor(investor.owner, path)
        for wrong in tampered(cursor)[:3]:
            problem(await investor.owner.get(path, cursor=wrong), 400, "cursor_invalid")
        for other in {*LISTS, series} - {path}:
            problem(await investor.owner.get(other, cursor=cursor), 400, "cursor_invalid")
    cursor = await first_cursor(investor.owner, "/holdings")
    problem(await investor.owner.get("/holdings", cursor=cursor, symbol="S01"), 400, "cursor_invalid")
