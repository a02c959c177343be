"""QIF: what its registers say, and how a file that does not tell the order of its dates is read."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.imports.statement import (
    Movement,
    RowFault,
    StatedBalance,
    StatementClosed,
    StatementOpened,
    StatementPart,
    StatementRefusedError,
)
from app.domain.ledger.account import AccountType
from app.domain.ledger.security import Security
from app.domain.ledger.transaction import TransactionSubtype as Sub
from app.infrastructure.statements.qif import QifReader
from tests.reading import parts_of

FILES = Path(__file__).parent.parent / "data" / "qif"


def read(name: str) -> list[StatementPart]:
    return parts_of(QifReader(), (FILES / name).read_bytes())


def of(content: str) -> list[StatementPart]:
    return parts_of(QifReader(), content.encode())


def movements(parts: list[StatementPart]) -> list[Movement]:
    return [part for part in parts if isinstance(part, Movement)]


def faults(parts: list[StatementPart]) -> dict[str, str]:
    return {part.code: part.detail for part in parts if isinstance(part, RowFault)}


def dated(*days: str) -> list[StatementPart]:
    return of("!Type:Bank\n" + "".join(f"D{day}\nT1.00\n^\n" for day in days))


def days(parts: list[StatementPart]) -> list[str]:
    return [row.booked_on.isoformat() for row in movements(parts)]


def test_a_register_of_quicken_is_read() -> None:
    opened, check, split, deposit, transfer, closed = read("checking-us.qif")
    assert opened == StatementOpened(locator="statement 1", type=AccountType.CHECKING, currency="XXX", number=None)
    assert isinstance(check, Movement)
    assert (check.booked_on, check.amount, check.check_number) == (date(2002, 6, 5), Decimal("-1250.00"), "1041")
    assert (check.description, check.memo, check.subtype) == ("Hill Street Rent", "June", Sub.CHECK)
    assert check.locator == "statement 1, row 1, line 8"
    assert isinstance(split, Movement)
    assert split.memo == "Weekly shop -50.20; Household -13.00"
    assert split.raw is not None
    assert "SHousehold\n$-13.00" in split.raw
    assert isinstance(deposit, Movement)
    assert (deposit.booked_on, deposit.subtype) == (date(1999, 12, 31), Sub.DEPOSIT)
    assert isinstance(transfer, Movement)
    assert (transfer.booked_on, transfer.subtype) == (date(2003, 1, 3), Sub.TRANSFER_OUT)
    opening = StatedBalance(amount=Decimal("100.00"), as_of=datetime(2002, 6, 1, tzinfo=UTC))
    assert closed == StatementClosed(opening=opening)


def test_a_german_file_shows_its_marks() -> None:
    owed, paid = movements(read("card-german-cp1252.qif"))
    assert (owed.booked_on, owed.amount, owed.description) == (date(2024, 12, 31), Decimal("-1234.56"), "M\u00fcller")
    assert (paid.booked_on, paid.amount, paid.subtype) == (date(2025, 1, 5), Decimal("20.00"), Sub.REFUND)


def test_several_accounts_are_told_apart_by_their_names() -> None:
    opened = [part for part in read("accounts.qif") if isinstance(part, StatementOpened)]
    assert [(part.number, part.type) for part in opened] == [
        ("Everyday", AccountType.CHECKING),
        ("Broker", AccountType.BROKERAGE),
    ]


def test_actions_give_their_money_a_sign_and_their_units_too() -> None:
    rows = [row for row in movements(read("accounts.qif")) if row.locator.startswith("statement 2")]
    assert [(row.subtype, str(row.amount), row.quantity and str(row.quantity)) for row in rows] == [
        (Sub.BUY, "-905.00", "9"),
        (Sub.TRANSFER_IN, "905.00", None),
        (Sub.DIVIDEND, "4.50", None),
        (Sub.REINVESTMENT, "-4.50", "0.045"),
        (Sub.SELL, "215.00", "-2"),
        (Sub.TRANSFER_OUT, "-215.00", None),
        (Sub.TRANSFER_IN, "0", "100"),
        (Sub.SPLIT, "0", None),
        (Sub.TRANSFER_OUT, "-50.00", None),
        (Sub.CAPITAL_GAIN, "7.00", None),
        (Sub.OTHER_FEE, "-1.50", None),
        (Sub.SHORT_SELL, "29.00", "-3"),
    ]
    bought, paid, *_ = rows
    assert bought.security == Security(symbol="IBM", name="International Business Machines")
    assert (bought.unit_price, bought.fees) == (Decimal("100.00"), Decimal("5.00"))
    assert (paid.description, paid.locator) == ("Everyday", f"{bought.locator}, transfer")


def test_what_is_wrong_with_a_row_is_told_and_the_others_go_in() -> None:
    parts = read("faulty-rows.qif")
    assert list(faults(parts)) == ["splits_differ", "date_invalid", "amount_missing", "amount_invalid", "row_cut_off"]
    assert [row.description for row in movements(parts)] == ["Good"]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (("01/02/2024", "13/02/2024"), ["2024-02-01", "2024-02-13"]),
        (("01/02/2024", "02/13/2024"), ["2024-01-02", "2024-02-13"]),
        (("1/ 2'24", "1/14' 4", "12/31/99"), ["2024-01-02", "2004-01-14", "1999-12-31"]),
        (("98/12/31", "01/02/03"), ["1998-12-31", "2001-02-03"]),
        (("2024-01-02", "2024-02-01"), ["2024-01-02", "2024-02-01"]),
        (("20240102", "20240201"), ["2024-01-02", "2024-02-01"]),
        (("5-Feb-2024",), ["2024-02-05"]),
    ],
)
def test_the_whole_file_tells_the_order_of_its_dates(written: tuple[str, ...], read_as: list[str]) -> None:
    parts = dated(*written)
    assert days(parts) == read_as
    assert faults(parts) == {}


@pytest.mark.parametrize(("written", "read_as"), [("01/02/2024", "2024-01-02"), ("01.02.2024", "2024-02-01")])
def test_an_order_that_had_to_be_assumed_is_told(written: str, read_as: str) -> None:
    parts = dated(written)
    assert days(parts) == [read_as]
    assert "date_order_assumed" in faults(parts)


def test_an_order_that_the_file_states_is_believed() -> None:
    parts = of("!Option:DMY\n!Type:Bank\nD01/02/2024\nT1.00\n^\n")
    assert days(parts) == ["2024-02-01"]
    assert faults(parts) == {}


def test_a_day_that_contradicts_the_others_is_a_fault() -> None:
    parts = dated("13/02/2024", "14/02/2024", "02/15/2024")
    assert days(parts) == ["2024-02-13", "2024-02-14"]
    assert list(faults(parts)) == ["date_invalid"]


def test_the_decimal_mark_is_that_of_most_amounts() -> None:
    rows = movements(of("!Type:Bank\n" + "".join(f"D1/13/24\nT{said}\n^\n" for said in ("1.234", "-2.500,00", "7,5"))))
    assert [row.amount for row in rows] == [Decimal(1234), Decimal(-2500), Decimal("7.5")]


def test_an_amount_of_a_file_without_a_decimal_mark_is_no_guess() -> None:
    parts = of("!Type:Bank\nD1/13/24\nT1,234\n^\nD1/13/24\nT12\n^\n")
    assert "amount_ambiguous" in faults(parts)
    assert [row.amount for row in movements(parts)] == [Decimal(12)]


def test_an_unknown_action_is_a_fault() -> None:
    assert "action_unknown" in faults(of("!Type:Invst\nD1/13/24\nNBarter\nT5.00\n^\n"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("!Type:Cat\nNFood\n^\n", "no account's records"),
        ("!Type:Bank\n^\n!Account\nNCard\n^\n!Type:CCard\n", "names not all of them"),
        ("!Type:Bank\n" + "SA\n" * 3000, "more than 2000 lines"),
        ("!Type:Bank\n" + "P" * 70_000, "a line of more than"),
    ],
)
def test_a_file_that_says_too_little_or_too_much_is_refused(content: str, reason: str) -> None:
    with pytest.raises(StatementRefusedError, match=reason):
        of(content)
