"""CAMT: what is read from it, and what it is refused for."""

from datetime import UTC, date, datetime, timedelta, timezone
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
from app.domain.ledger.transaction import TransactionStatus, TransactionSubtype, TransactionType
from app.infrastructure.statements.camt import CamtReader
from app.infrastructure.statements.camt_skeleton import STATEMENTS_MAX
from tests.reading import parts_of

FILES = Path(__file__).parent.parent / "data" / "camt"
SUMMER = timezone(timedelta(hours=2))
ENTRY = "<Ntry><Amt Ccy='EUR'>1</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2025-01-01</Dt></BookgDt>%s</Ntry>"


def read(name: str) -> list[StatementPart]:
    return parts_of(CamtReader(), (FILES / name).read_bytes())


def movements(parts: list[StatementPart]) -> list[Movement]:
    return [part for part in parts if isinstance(part, Movement)]


def document(inner: str) -> bytes:
    return f"<Document><BkToCstmrStmt>{inner}</BkToCstmrStmt></Document>".encode()


def refusal(content: bytes) -> str:
    with pytest.raises(StatementRefusedError) as refused:
        parts_of(CamtReader(), content)
    return refused.value.error.detail


@pytest.mark.parametrize(
    "head",
    [
        "<NtryRef>7</NtryRef>{amount}{side}{back}{status}{booked}{value}{reference}",
        "{amount}\n{side}\n{back}\n{status}\n{booked}\n{value}\n{reference}\n",
        "{reference}{value}{booked}{status}{back}{side}{amount}",
        "{amount}{side}{back}{status}{booked}{value}<Unknown>1</Unknown>{reference}",
    ],
)
def test_an_entry_says_the_same_whatever_the_order_of_its_elements(head: str) -> None:
    elements = head.format(
        amount="<Amt Ccy='EUR'>5.00</Amt>",
        side="<CdtDbtInd>DBIT</CdtDbtInd>",
        back="<RvslInd>true</RvslInd>",
        status="<Sts><Cd>PDNG</Cd></Sts>",
        booked="<BookgDt><Dt>2025-01-02</Dt></BookgDt>",
        value="<ValDt><DtTm>2025-01-03T10:00:00</DtTm></ValDt>",
        reference="<AcctSvcrRef>R1</AcctSvcrRef>",
    )
    parties = "<RltdPties><Dbtr><Nm>Anna</Nm></Dbtr><Cdtr><Nm>Ben</Nm></Cdtr></RltdPties>"
    details = f"<NtryDtls><TxDtls>{parties}</TxDtls></NtryDtls>"
    [row] = movements(parts_of(CamtReader(), document(f"<Stmt><Ntry>{elements}{details}</Ntry></Stmt>")))
    assert (row.amount, row.booked_on, row.value_on) == (Decimal(-5), date(2025, 1, 2), date(2025, 1, 3))
    assert (row.status, row.bank_id, row.counterparty) == (TransactionStatus.PENDING, "R1", "Anna")


def test_a_statement_states_its_account_and_balances() -> None:
    first, *_, last = read("statement-v8.xml")
    assert first == StatementOpened(
        locator="statement 1",
        type=AccountType.CHECKING,
        currency="EUR",
        number="DE99 7005 0000 0000 0123 45",
        institution="Sparkasse Hinterfelden",
    )
    assert last == StatementClosed(
        opening=StatedBalance(amount=Decimal("-100.00"), as_of=datetime(2025, 5, 1, tzinfo=UTC)),
        current=StatedBalance(amount=Decimal("1858.16"), as_of=datetime(2025, 5, 31, 23, 59, 59, tzinfo=SUMMER)),
        available=StatedBalance(amount=Decimal(1800), as_of=datetime(2025, 5, 31, tzinfo=UTC)),
        starts_on=date(2025, 5, 1),
        ends_on=date(2025, 5, 31),
    )


def test_an_entry_is_read_field_by_field() -> None:
    bread = movements(read("statement-v8.xml"))[0]
    raw, bread.raw = bread.raw, None
    assert bread == Movement(
        locator="statement 1, row 1, line 13",
        booked_on=date(2025, 5, 2),
        amount=Decimal("-41.84"),
        type=TransactionType.SPENDING,
        subtype=TransactionSubtype.DIRECT_DEBIT,
        bank_id="R-1",
        value_on=date(2025, 5, 3),
        description="Bäcker & Sohn",
        counterparty="Bäcker & Sohn",
        memo="Brot im Mai",
        reference="INV-0091",
        original_amount=Decimal("-45.00"),
        original_currency="USD",
    )
    assert raw is not None
    assert raw.startswith("<Ntry>")


def test_a_batch_is_a_row_for_each_transaction() -> None:
    paid, returned = movements(read("statement-v8.xml"))[1:3]
    assert (paid.amount, paid.counterparty, paid.memo) == (Decimal(2500), "Client A", "RF18539007547034")
    assert (paid.reference, paid.bank_id) == ("RF18539007547034", "B-1")
    assert (returned.amount, returned.counterparty, returned.bank_id) == (Decimal(-500), "Client B", "B-2")
    assert returned.locator == "statement 1, row 2, line 26, transaction 2"


def test_a_batch_of_unknown_amounts_is_one_row() -> None:
    row = movements(read("statement-v8.xml"))[3]
    assert (row.amount, row.memo, row.status) == (Decimal(7), "Two of unknown amounts", TransactionStatus.PENDING)
    assert row.booked_on == date(2025, 6, 1)


def test_booked_rows_lead_from_opening_to_closing_balance() -> None:
    parts = read("statement-v8.xml")
    closed = parts[-1]
    booked = [row.amount for row in movements(parts) if row.status is TransactionStatus.POSTED]
    assert isinstance(closed, StatementClosed)
    assert closed.opening
    assert closed.current
    assert closed.opening.amount + sum(booked) == closed.current.amount


def test_faulty_entries_are_named_and_information_is_no_row() -> None:
    parts = read("statement-v8.xml")
    assert [(part.code, part.locator) for part in parts if isinstance(part, RowFault)] == [
        ("amount_invalid", "statement 1, row 5, line 42"),
        ("currency_differs", "statement 1, row 6, line 43"),
    ]
    assert len(movements(parts)) == 4


def test_prefixes_comments_and_cdata_change_nothing() -> None:
    first, fee, _, second, last = read("notification-prefixed.xml")
    assert isinstance(first, StatementOpened)
    assert (first.number, first.bank_code, first.currency) == ("0123-456", "UBSWCHZH", "CHF")
    assert isinstance(fee, Movement)
    assert (fee.memo, fee.type, fee.booked_on) == ("Zins < 1 & more", TransactionType.FEE, date(2025, 6, 2))
    assert isinstance(second, StatementOpened)
    assert (second.number, second.currency, last) == ("0123-457", "USD", StatementClosed())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_any_unicode_encoding_reads_the_same(encoding: str) -> None:
    text = (FILES / "statement-v8.xml").read_bytes().decode("latin-1")
    assert parts_of(CamtReader(), text.encode(encoding)) == read("statement-v8.xml")


@pytest.mark.parametrize("name", ["statement-v8.xml", "notification-prefixed.xml"])
def test_a_file_cut_off_anywhere_is_refused(name: str) -> None:
    content = (FILES / name).read_bytes().rstrip()
    for length in range(0, len(content), 3):
        refusal(content[:length])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "cut off"),
        (document(""), "holds no statement"),
        (document(ENTRY % ""), "entry on line 1 stands outside any statement"),
        (document("<Stmt>\n" + ENTRY % "<a></b>"), "mismatched tag on line 2"),
        (document("<Stmt>\n</Rpt>"), "mismatched tag on line 2"),
        (document("<Stmt></Stmt>" * (STATEMENTS_MAX + 1)), "more than 10000 statements"),
        (document("<Stmt>" + "<a>" * 100), "nests deeper than 64"),
        (document("<Stmt>" + ENTRY % ("<a>" * 40_000 + "</a>" * 40_000) + "</Stmt>"), "nests deeper than 64"),
        (document("<Stmt>" + ENTRY % f"<Ntry>{ENTRY}</Ntry>"), "an entry within or behind another"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + document("<Stmt></Stmt>"), "declares XML entities"),
        (document("<Stmt>" + ENTRY % "<a>&b;</a>" + "</Stmt>"), "undefined entity on line 1"),
    ],
)
def test_a_file_that_is_no_statement_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    assert reason in refusal(content)
