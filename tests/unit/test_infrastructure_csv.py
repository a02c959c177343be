"""CSV: what the presets and a user's mapping make of it, and what it is refused for."""

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.imports.csv_mapping import AmountSign, CsvMapping, DateOrder
from app.domain.imports.statement import (
    Movement,
    Position,
    RowFault,
    StatedBalance,
    StatementClosed,
    StatementOpened,
    StatementPart,
    StatementRefusedError,
)
from app.domain.ledger.account import AccountType
from app.domain.ledger.security import AssetClass, Security, Side
from app.domain.ledger.transaction import TransactionStatus
from app.infrastructure.statements.csv_presets import PRESETS
from app.infrastructure.statements.csv_reader import CsvReader
from app.infrastructure.statements.csv_values import day_of, money_of
from app.infrastructure.statements.row_values import RowFaultError
from tests.reading import check, outcome, parts_of

FILES = Path(__file__).parent.parent / "data" / "csv"
MAPPING = CsvMapping(date="Tag", date_order=DateOrder.DAY_FIRST, amount="Betrag", description=("Wer", "Was"))


def read(name: str) -> list[StatementPart]:
    return parts_of(CsvReader(), (FILES / name).read_bytes())


def movements(parts: list[StatementPart]) -> list[Movement]:
    return [part for part in parts if isinstance(part, Movement)]


def opened_of(name: str) -> list[StatementOpened]:
    return [part for part in read(name) if isinstance(part, StatementOpened)]


def mapped(content: str, mapping: CsvMapping) -> list[StatementPart]:
    return parts_of(CsvReader(mapping), content.encode())


def refusal(content: bytes, mapping: CsvMapping | None = None) -> str:
    with pytest.raises(StatementRefusedError) as refused:
        parts_of(CsvReader(mapping), content)
    return refused.value.error.detail


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("chase-checking.csv", "-4.50 purchase, -100.00 check, 1000.00 direct_deposit"),
        ("chase-card.csv", "-12.00 purchase, 200.00 payment"),
        ("bofa-checking.csv", "500.00 direct_deposit, -20.00 account_fee"),
        ("bofa-card.csv", "-30.10 purchase"),
        ("schwab-brokerage.csv", "1574.04 sell, -1500.00 buy, 0 split, 5.10 dividend, 2000.00 transfer_in"),
        ("schwab-bank.csv", "-5.00 purchase, -75.00 check, 1000.00 deposit"),
        ("fidelity.csv", "299.99 sell, 10.00 dividend"),
        ("fidelity-accounts.csv", "-300.00 buy, 500.00 transfer_in, 0.42 interest"),
        ("capital-one-card.csv", "-1000.00 purchase, 1000.00 payment"),
        ("capital-one-360.csv", "-900.00 payment, 1000.00 deposit"),
        ("amex.csv", "-250.00 purchase, 100.00 payment"),
        ("wise.csv", "-9.90 payment, 100.00 deposit, 5.00 deposit"),
        ("revolut.csv", "100.00 deposit, -21.50 cash_withdrawal, -3.00 purchase"),
        ("n26.csv", "-45.10 payment"),
        ("paypal.csv", "96.80 deposit"),
        ("venmo.csv", "-12.50 payment, -1000.00 transfer_out"),
    ],
)
def test_a_preset_reads_every_row(name: str, rows: str) -> None:
    parts = read(name)
    check(parts)
    assert not [part for part in parts if isinstance(part, RowFault)]
    assert ", ".join(f"{row.amount} {row.subtype}" for row in movements(parts)) == rows


def test_every_preset_has_a_file() -> None:
    institutions = {
        part.institution for path in FILES.iterdir() for part in read(path.name) if isinstance(part, StatementOpened)
    }
    assert institutions >= {preset.institution for preset in PRESETS}
    assert len(CsvReader.about.presets) == len(PRESETS) + 1


@pytest.mark.parametrize(
    ("name", "opening", "current"),
    [
        ("chase-checking.csv", "-4.50", "895.50"),
        ("bofa-checking.csv", "1000.00", "1480.00"),
        ("schwab-bank.csv", "0.00", "925.00"),
        ("capital-one-360.csv", "0.00", "100.00"),
        ("revolut.csv", "0.00", "78.50"),
    ],
)
def test_running_balances_state_the_first_and_the_last(name: str, opening: str, current: str) -> None:
    closed = read(name)[-1]
    assert isinstance(closed, StatementClosed)
    assert closed.opening
    assert closed.current
    assert (str(closed.opening.amount), str(closed.current.amount)) == (opening, current)


def test_running_balances_in_no_order_state_nothing() -> None:
    content = (FILES / "capital-one-360.csv").read_bytes() + b"7788,Deposit,01/03/24,Credit,5.00,3.00\n"
    assert parts_of(CsvReader(), content)[-1] == StatementClosed()


def test_pending_rows_are_pending() -> None:
    for name in ("chase-checking.csv", "schwab-bank.csv"):
        assert [row.status is TransactionStatus.PENDING for row in movements(read(name))] == [True, False, False]
    assert movements(read("revolut.csv"))[2].status is TransactionStatus.PENDING


def test_a_trade_has_its_security_quantity_price_and_fees() -> None:
    sold = movements(read("schwab-brokerage.csv"))[0]
    assert sold.security == Security(symbol="VTI", name="VANGUARD TOTAL STOCK")
    assert (sold.quantity, sold.unit_price, sold.fees) == (Decimal(-10), Decimal("157.41"), Decimal("0.06"))
    assert sold.booked_on == date(2024, 1, 17)
    fidelity = movements(read("fidelity.csv"))[0]
    assert (fidelity.quantity, fidelity.fees, fidelity.value_on) == (Decimal(-2), Decimal("0.01"), date(2024, 1, 6))


def test_positions_are_read_with_cash_and_worth() -> None:
    opened, fund, short, closed = read("schwab-positions.csv")
    as_of = datetime(2024, 1, 17, tzinfo=UTC)
    assert isinstance(opened, StatementOpened)
    assert (opened.type, opened.number) == (AccountType.BROKERAGE, "Individual ...123")
    assert fund == Position(
        locator="statement 1, row 1, line 4",
        security=Security(symbol="VTI", name="VANGUARD TOTAL STOCK"),
        quantity=Decimal("12.5"),
        currency="USD",
        asset_class=AssetClass.ETF,
        price=Decimal("240.00"),
        price_as_of=as_of,
        market_value=Decimal("3000.00"),
        cost_basis_total=Decimal("2500.00"),
        as_of=as_of,
    )
    assert isinstance(short, Position)
    assert (short.side, short.quantity, short.market_value) == (Side.SHORT, Decimal(1), Decimal("-200.00"))
    assert closed == StatementClosed(
        current=StatedBalance(amount=Decimal("2950.25"), as_of=as_of),
        cash_value=Decimal("150.25"),
        holdings_value=Decimal("2800.00"),
    )


def test_accounts_and_currencies_are_statements_of_their_own() -> None:
    opened = {
        name: [part for part in read(name) if isinstance(part, StatementOpened)]
        for name in ("wise.csv", "fidelity-accounts.csv")
    }
    assert [each.currency for each in opened["wise.csv"]] == ["EUR", "USD"]
    assert [each.number for each in opened["fidelity-accounts.csv"]] == ["X1", "X2"]


def test_a_mapping_reads_what_no_preset_knows() -> None:
    mapping = CsvMapping(
        date="Buchungstag",
        date_order=DateOrder.DAY_FIRST,
        amount="Betrag",
        decimal_comma=True,
        skip_lines=1,
        description=("Name", "Zweck"),
        running_balance="Stand",
        account_type=AccountType.SAVINGS,
        currency="EUR",
    )
    content = "Betrag;Buchungstag\nBuchungstag;Name;Zweck;Betrag;Stand\n10.10.2017;Ich;Miete;-1.098,76;1,24\n"
    opened, row, closed = mapped(content, mapping)
    assert isinstance(opened, StatementOpened)
    assert (opened.type, opened.currency, opened.number) == (AccountType.SAVINGS, "EUR", None)
    assert isinstance(row, Movement)
    assert (row.booked_on, row.amount, row.description) == (date(2017, 10, 10), Decimal("-1098.76"), "Ich Miete")
    assert (row.locator, row.raw) == ("statement 1, row 1, line 3", "10.10.2017,Ich,Miete,-1.098,76,1,24")
    assert isinstance(closed, StatementClosed)
    assert closed.current


def test_a_mapping_by_number_reads_a_file_without_headings() -> None:
    mapping = CsvMapping(
        date="1", date_order=DateOrder.MONTH_FIRST, debit="3", credit="4", description=("2",), has_headings=False
    )
    rows = movements(mapped("6/12/15,Tea,3.00,\n6/13/15,Pay,,10\n", mapping))
    assert [(row.amount, row.booked_on) for row in rows] == [
        (Decimal("-3.00"), date(2015, 6, 12)),
        (Decimal(10), date(2015, 6, 13)),
    ]


def test_a_mapping_may_count_charges_as_positive_and_leave_rows_out() -> None:
    mapping = CsvMapping(
        date="D",
        date_order=DateOrder.YEAR_FIRST,
        amount="A",
        sign=AmountSign.POSITIVE_IS_OUT,
        status="S",
        skipped_statuses=("Void",),
    )
    assert [row.amount for row in movements(mapped("D,A,S\n2024-01-02,5,ok\n2024-01-03,6,VOID\n", mapping))] == [
        Decimal(-5)
    ]


def test_faulty_rows_are_named_and_the_others_go_on() -> None:
    parts = mapped(
        "Tag,Wer,Was,Betrag\n31.02.2024,a,b,1\n01.02.2024,a,b,1.2.3\n,a,b,1\n01.02.2024,a,b,\n02.02.2024,a,b,2\n",
        MAPPING,
    )
    assert [(part.code, part.locator) for part in parts if isinstance(part, RowFault)] == [
        ("date_invalid", "statement 1, row 1, line 2"),
        ("amount_invalid", "statement 1, row 2, line 3"),
        ("date_missing", "statement 1, row 3, line 4"),
        ("amount_missing", "statement 1, row 4, line 5"),
    ]
    assert len(movements(parts)) == 1


@pytest.mark.parametrize(
    ("content", "mapping", "reason"),
    [
        (b"", None, "no headings Dashtam knows"),
        (b"a,b\n1,2\n", None, "no headings Dashtam knows"),
        (b"a,b\n1,2\n", MAPPING, "no headings with the date's column 'Tag'"),
        (
            b"Tag,Wer,Betrag\n",
            MAPPING,
            "no column 'Was' (description/1 of the mapping). It has: 'Tag', 'Wer',",
        ),
        (b"x" * 200_000, None, "more than 65536 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    content: bytes, mapping: CsvMapping | None, reason: str
) -> None:
    assert reason in refusal(content, mapping)


@pytest.mark.parametrize(
    ("raw", "order", "day"),
    [
        ("23-Jan-15", DateOrder.DAY_FIRST, date(2015, 1, 23)),
        ("Jan 5, 2024", DateOrder.DAY_FIRST, date(2024, 1, 5)),
        ("05/01/2024 10:00", DateOrder.DAY_FIRST, date(2024, 1, 5)),
        ("05/01/2024", DateOrder.MONTH_FIRST, date(2024, 5, 1)),
        ("2024/1/5", DateOrder.MONTH_FIRST, date(2024, 1, 5)),
        ("20240105", DateOrder.YEAR_FIRST, date(2024, 1, 5)),
        ("05012024", DateOrder.DAY_FIRST, date(2024, 1, 5)),
        ("1.2.99", DateOrder.DAY_FIRST, date(1999, 2, 1)),
    ],
)
def test_dates_are_read_in_their_order(raw: str, order: DateOrder, day: date) -> None:
    assert day_of(raw, order) == day


@pytest.mark.parametrize(
    ("raw", "decimal_comma", "amount"),
    [
        ("-$1,574.04", False, "-1574.04"),
        ("($5.00)", False, "-5.00"),
        ("- $12.50", False, "-12.50"),
        ("5.00-", False, "-5.00"),
        ("1.234,56", True, "1234.56"),
        ("11'373.94", False, "11373.94"),
        ("EUR 7,5", True, "7.5"),
        ("\u22123 \u20ac", False, "-3"),
        (".5", False, "0.5"),
    ],
)
def test_amounts_are_read_with_their_signs(raw: str, decimal_comma: bool, amount: str) -> None:
    assert money_of(raw, decimal_comma=decimal_comma) == Decimal(amount)


@pytest.mark.parametrize(
    ("raw", "decimal_comma"), [("1.50", True), ("1,50", False), ("1,23,4", False), ("--", False), ("x", True)]
)
def test_an_amount_that_would_be_a_guess_is_refused(raw: str, decimal_comma: bool) -> None:
    with pytest.raises(RowFaultError):
        money_of(raw, decimal_comma=decimal_comma)


@given(st.text(), st.sampled_from(DateOrder), st.booleans())
def test_any_value_is_read_or_faulted(raw: str, order: DateOrder, decimal_comma: bool) -> None:
    for attempt in (lambda: day_of(raw, order), lambda: money_of(raw, decimal_comma=decimal_comma)):
        with suppress(RowFaultError):
            attempt()


@given(st.text(alphabet=st.sampled_from("Tag,Wer;Was\tBetrag\n\r\"'0123456789.-\0é"), max_size=200))
def test_any_text_is_answered_with_a_mapping(content: str) -> None:
    check(outcome(CsvReader(MAPPING), f"Tag,Wer,Was,Betrag\n{content}".encode()))


@pytest.mark.parametrize(
    ("headings", "rows", "read_as"),
    [
        ("Date,Description,Card Member,Account #,Amount", ("01/02/2024,Tea,A,-1,5.00",), "2024-01-02 -5.00 USD"),
        (
            "Date,Description,Card Member,Account #,Amount",
            ("01/02/2024,Tea,A,-1,5.00", "13/02/2024,Tea,A,-1,6.00"),
            "2024-02-01 -5.00 USD",
        ),
        (
            "Date,Description,Amount,Extended Details,Appears On Your Statement As,Address,City/State,Zip Code",
            ("01/02/2024,Tea,5.00,,TEA,,PORTLAND OR,97201",),
            "2024-01-02 -5.00 USD",
        ),
        (
            "Date,Description,Amount,Extended Details,Appears On Your Statement As,Address,Town/City,Postcode",
            ("01/02/2024,Tea,5.00,,TEA,,LONDON,E1",),
            "2024-02-01 -5.00 GBP",
        ),
        (
            "Date,Date Processed,Description,Card Member,Account #,Amount",
            ("10 Apr 2024,11 Apr 2024,Tea,A,-1,5.00",),
            "2024-04-10 -5.00 XXX",
        ),
        (
            "Date,Time,TimeZone,Name,Type,Status,Currency,Amount,Fees,Total,Transaction ID",
            (
                "01/02/2024,1,CET,Shop,Payment,Completed,EUR,-5.00,0,-5.00,T",
                "26/02/2024,1,CET,B,P,Completed,EUR,1,0,1,U",
            ),
            "2024-02-01 -5.00 EUR",
        ),
    ],
)
def test_institutions_write_dates_as_their_customers_do(headings: str, rows: tuple[str, ...], read_as: str) -> None:
    opened, first, *_ = parts_of(CsvReader(), "\n".join([headings, *rows, ""]).encode())
    assert isinstance(opened, StatementOpened)
    assert isinstance(first, Movement)
    assert f"{first.booked_on} {first.amount} {opened.currency}" == read_as


def test_a_pending_row_without_money_is_no_row_yet() -> None:
    headings = '"Date","Status","Type","CheckNumber","Description","Withdrawal","Deposit","RunningBalance"'
    parts = parts_of(CsvReader(), f'{headings}\n"05/26/2024","Pending","","","Tea","","",""\n'.encode())
    assert [type(part) for part in parts] == [StatementOpened, StatementClosed]
