"""MT940 and MT942: what is read from them, and what they are refused for."""

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
from app.domain.ledger.transaction import TransactionSubtype, TransactionType
from app.infrastructure.statements.mt940 import STATEMENTS_MAX, Mt940Reader
from tests.reading import parts_of

FILES = Path(__file__).parent.parent / "data" / "mt940"
MESSAGE = ":20:A\n:25:1\n:60F:C240101EUR1,\n:62F:C240101EUR1,\n-\n"


def read(name: str) -> list[StatementPart]:
    return parts_of(Mt940Reader(), (FILES / name).read_bytes())


def movements(name: str) -> list[Movement]:
    return [part for part in read(name) if isinstance(part, Movement)]


def refusal(content: bytes) -> str:
    with pytest.raises(StatementRefusedError) as refused:
        parts_of(Mt940Reader(), content)
    return refused.value.error.detail


def of_detail(detail: str, line: str = "240101C1,00NTRFNONREF") -> Movement:
    content = f":20:A\n:25:1\n:60F:C240101EUR1,\n:61:{line}\n:86:{detail}\n:62F:C240101EUR2,\n-\n"
    [movement] = [part for part in parts_of(Mt940Reader(), content.encode()) if isinstance(part, Movement)]
    return movement


def test_a_statement_states_its_account_and_balances() -> None:
    first, *_, last = read("german.sta")
    assert first == StatementOpened(
        locator="statement 1", type=AccountType.CHECKING, currency="EUR", number="0194774600", bank_code="50880050"
    )
    assert last == StatementClosed(
        opening=StatedBalance(amount=Decimal("1000.5"), as_of=datetime(2023, 12, 29, tzinfo=UTC)),
        current=StatedBalance(amount=Decimal("3282.28"), as_of=datetime(2024, 2, 29, tzinfo=UTC)),
        available=StatedBalance(amount=Decimal(3000), as_of=datetime(2024, 2, 29, tzinfo=UTC)),
        starts_on=date(2023, 12, 29),
        ends_on=date(2024, 2, 29),
    )


def test_a_german_row_is_read_field_by_field() -> None:
    bill = movements("german.sta")[0]
    raw, bill.raw = bill.raw, None
    assert bill == Movement(
        locator="statement 1, row 1, line 5",
        booked_on=date(2024, 1, 2),
        amount=Decimal("-12.34"),
        type=TransactionType.SPENDING,
        subtype=TransactionSubtype.DIRECT_DEBIT,
        bank_id="0724710345",
        value_on=date(2023, 12, 29),
        description="Stadtwerke Hinterfelden GmbH",
        counterparty="Stadtwerke Hinterfelden GmbH",
        memo="Strom im Mai, Vertrag 4711",
        reference="INV-2023-0091",
        original_amount=Decimal("-13.50"),
        original_currency="USD",
    )
    assert raw is not None
    assert raw.startswith(":61:2312290102DR12,34NDDTNONREF//0724710345\n/OCMT/USD13,50/\n:86:105?00BASIS")


def test_an_impossible_day_is_the_last_of_its_month() -> None:
    salary = movements("german.sta")[1]
    assert (salary.value_on, salary.booked_on) == (date(2024, 2, 29), date(2024, 3, 1))
    assert salary.subtype is TransactionSubtype.DIRECT_DEPOSIT


@pytest.mark.parametrize(("name", "statements"), [("german.sta", 1), ("dutch-pages.sta", 2)])
def test_rows_lead_from_opening_to_closing_balance(name: str, statements: int) -> None:
    balances = []
    for part in read(name):
        if isinstance(part, StatementOpened):
            balances.append(Decimal())
        elif isinstance(part, Movement):
            balances[-1] += part.amount
        elif isinstance(part, StatementClosed):
            assert part.opening
            assert part.current
            assert part.opening.amount + balances[-1] == part.current.amount
    assert len(balances) == statements


def test_a_check_keeps_its_number() -> None:
    check = movements("german.sta")[3]
    assert (check.check_number, check.subtype) == ("4711", TransactionSubtype.CHECK)


def test_pages_are_one_statement_and_an_iban_goes_without_bank() -> None:
    opened = [part for part in read("dutch-pages.sta") if isinstance(part, StatementOpened)]
    assert [(each.number, each.bank_code, each.currency) for each in opened] == [
        ("NL71RABO0123456789", None, "EUR"),
        ("517852257", "ABNANL2A", "USD"),
    ]
    assert [movement.locator for movement in movements("dutch-pages.sta")] == [
        "statement 1, row 1, line 6",
        "statement 1, row 2, line 17",
        "statement 1, row 3, line 20",
    ]


def test_dutch_structures_are_read() -> None:
    invoice, refund, interest = movements("dutch-pages.sta")
    assert (invoice.counterparty, invoice.memo, invoice.reference) == (
        "CONTRA ACCOUNT HOLDER",
        "Factuur 17",
        "2024-0001",
    )
    assert (refund.counterparty, refund.memo, refund.bank_id) == ("J. JANSEN", "Terug betaald", "24002ABC")
    assert interest.memo == "Rente over het jaar 2023, spaarrekening met een heel lange naam en meer"
    assert interest.type is TransactionType.INCOME


def test_a_report_within_the_day_has_no_balance() -> None:
    parts = read("intraday.sta")
    paid, fee = movements("intraday.sta")
    assert isinstance(parts[0], StatementOpened)
    assert (parts[0].currency, parts[-1]) == ("PLN", StatementClosed())
    assert (paid.amount, paid.bank_id) == (Decimal("0.01"), "MB170119012058")
    assert (fee.amount, fee.counterparty, fee.memo) == (Decimal(-5), "Bank im Norden", "Kontof uehrung")


def test_a_faulty_row_is_named_and_the_others_go_on() -> None:
    parts = read("faulty-rows.sta")
    assert [(part.code, part.locator) for part in parts if isinstance(part, RowFault)] == [
        ("date_invalid", "statement 1, row 1, line 5"),
        ("amount_invalid", "statement 1, row 2, line 6"),
        ("row_invalid", "statement 1, row 3, line 7"),
        ("row_outside_statement", "statement 1, row 5, line 13"),
    ]
    assert [movement.memo for movement in movements("faulty-rows.sta")] == ["Good"]


@pytest.mark.parametrize(
    ("detail", "memo"),
    [
        ("166>00GUTSCHRIFT>20SVWZ+Miete", "Miete"),
        ("166?00GUTSCHRIFT", "GUTSCHRIFT"),
        ("/TRTP/SEPA/REMI/STRD", "STRD"),
        ("/no structure/", "/no structure/"),
        ("Termin 16\n:26:37 Uhr", "Termin 16 :26:37 Uhr"),
        ("", None),
    ],
)
def test_any_detail_is_read(detail: str, memo: str | None) -> None:
    assert of_detail(detail).memo == memo


@pytest.mark.parametrize("separator", ["\n", "\r\n"])
def test_the_entry_day_lies_in_the_year_nearest_the_value_day(separator: str) -> None:
    movement = of_detail(f"x{separator}", "2401021230C1,00NTRFNONREF")
    assert (movement.value_on, movement.booked_on) == (date(2024, 1, 2), date(2023, 12, 30))


@pytest.mark.parametrize("name", ["german.sta", "dutch-pages.sta"])
def test_a_file_cut_off_within_a_message_is_refused(name: str) -> None:
    content = (FILES / name).read_bytes()
    opened, closed = content.index(b":60F:"), content.index(b":62")
    for length in range(opened + 6, closed + 4):
        assert "is cut off" in refusal(content[:length])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no opening balance"),
        (b":61:240101C1,00NTRF", "on line 1 stands outside any statement"),
        (MESSAGE.encode()[:-20] + MESSAGE.encode(), "Statement 1 is cut off before line 4"),
        (MESSAGE.encode() * (STATEMENTS_MAX + 1), "more than 10000 statements"),
        (b":20:A\n" + b"x" * 200_000, "more than 65536 bytes"),
    ],
)
def test_a_file_that_is_no_statement_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    assert reason in refusal(content)
