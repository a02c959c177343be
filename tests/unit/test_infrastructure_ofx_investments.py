"""What is read from OFX investment statements besides cash."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from app.domain.imports.statement import (
    Movement,
    Position,
    RowFault,
    StatedBalance,
    StatementClosed,
    StatementPart,
)
from app.domain.ledger.security import AssetClass, Security, Side
from app.domain.ledger.transaction import TransactionSubtype, TransactionType
from app.infrastructure.statements.ofx import OfxReader
from app.infrastructure.statements.ofx_investments import Investments
from tests.reading import parts_of

FILE = Path(__file__).parent.parent / "data" / "ofx" / "investments.ofx"
CLOSE = datetime(2025, 8, 31, 16, tzinfo=timezone(timedelta(hours=-5)))
APPLE = Security(symbol="AAPL", name="Apple Inc.", cusip="037833100")
FUND = Security(name="Growth & Income")


def read() -> list[StatementPart]:
    return parts_of(OfxReader(), FILE.read_bytes())


def by_id() -> dict[str | None, Movement]:
    return {part.bank_id: part for part in read() if isinstance(part, Movement)}


def test_a_trade_is_read_field_by_field() -> None:
    bought = by_id()["T1"]
    raw, bought.raw = bought.raw, None
    assert bought == Movement(
        locator="statement 1, row 1, line 9",
        booked_on=date(2025, 8, 5),
        amount=Decimal("-2010.00"),
        type=TransactionType.TRADE,
        subtype=TransactionSubtype.BUY,
        bank_id="T1",
        value_on=date(2025, 8, 7),
        description="Bought",
        memo="Bought",
        security=APPLE,
        quantity=Decimal(10),
        unit_price=Decimal("200.5"),
        fees=Decimal("5.00"),
    )
    assert raw is not None
    assert raw.startswith("BUYSTOCK")


def test_every_kind_has_its_signs() -> None:
    told = {key: (str(row.amount), row.quantity and str(row.quantity), row.subtype) for key, row in by_id().items()}
    sub = TransactionSubtype
    assert told == {
        "T1": ("-2010.00", "10", sub.BUY),
        "T2": ("99.00", "-3", sub.SELL),
        "T3": ("300", "-1", sub.SHORT_SELL),
        "T4": ("12.34", None, sub.CAPITAL_GAIN),
        "T5": ("-12.34", "0.37", sub.REINVESTMENT),
        "T6": ("0", "-5", sub.TRANSFER_OUT),
        "T7": ("0", "30", sub.SPLIT),
        "T8": ("-5", None, sub.ACCOUNT_FEE),
        "B1": ("50.00", None, sub.DEPOSIT),
    }


def test_the_name_of_the_security_stands_in_for_a_missing_memo() -> None:
    fund = by_id()["T2"]
    assert (fund.security, fund.description, fund.memo) == (FUND, "Growth & Income", None)


def test_positions_are_signed_by_their_side() -> None:
    apple, tesla = (part for part in read() if isinstance(part, Position))
    assert apple == Position(
        locator="statement 1, row 12, line 22",
        security=APPLE,
        quantity=Decimal(40),
        currency="USD",
        asset_class=AssetClass.EQUITY,
        price=Decimal(52),
        price_as_of=datetime(2025, 8, 31, tzinfo=UTC),
        market_value=Decimal(2080),
        as_of=CLOSE,
    )
    assert (tesla.side, tesla.quantity, tesla.market_value) == (Side.SHORT, Decimal(1), Decimal(-310))
    assert tesla.security == Security(isin="US88160R1014")


def test_the_account_is_worth_its_cash_and_holdings() -> None:
    assert read()[-1] == StatementClosed(
        current=StatedBalance(amount=Decimal("1870.25"), as_of=CLOSE),
        cash_value=Decimal("100.25"),
        holdings_value=Decimal(1770),
        starts_on=date(2025, 8, 1),
        ends_on=date(2025, 8, 31),
    )


def test_faulty_records_are_named() -> None:
    assert [(part.code, part.locator) for part in read() if isinstance(part, RowFault)] == [
        ("date_invalid", "statement 1, row 10, line 18"),
        ("amount_missing", "statement 1, row 11, line 19"),
        ("quantity_missing", "statement 1, row 14, line 25"),
    ]


def test_more_parts_than_can_wait_come_all_the_same() -> None:
    parts = read()
    for held_max in (1, 2, 5):
        assert list(Investments(held_max).named(iter(parts))) == parts
