"""OFX files as a whole: what is read from them, and what they are refused for."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from io import BytesIO
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
    StatementUnreadable,
)
from app.domain.ledger.account import AccountType
from app.domain.ledger.transaction import TransactionStatus, TransactionSubtype, TransactionType
from app.infrastructure.statements.ofx import STATEMENTS_MAX, OfxReader
from app.infrastructure.statements.registry import reader_for, readers

FILES = Path(__file__).parent.parent / "data" / "ofx"
SAMPLES = Path(__file__).parents[2] / "app" / "presentation" / "cli" / "samples"
EASTERN = timezone(timedelta(hours=-5))


def read(content: bytes) -> list[StatementPart]:
    return list(OfxReader().read(BytesIO(content)))


def read_file(name: str) -> list[StatementPart]:
    return read((FILES / name).read_bytes())


def statement(rows: str, *, currency: str = "USD", account: str = "<ACCTID>2<ACCTTYPE>CHECKING") -> bytes:
    return (
        f"<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>{currency}<BANKACCTFROM><BANKID>1{account}</BANKACCTFROM>"
        f"<BANKTRANLIST>{rows}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    ).encode()


def row(rest: str = "", *, amount: str = "-1.00", day: str = "20250901") -> str:
    return f"<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>{day}<TRNAMT>{amount}<FITID>f{rest}</STMTTRN>"


def movements(parts: Sequence[StatementPart]) -> list[Movement]:
    return [part for part in parts if isinstance(part, Movement)]


def only_movement(rest: str, **fields: str) -> Movement:
    [movement] = movements(read(statement(row(rest, **fields))))
    return movement


def refusal(content: bytes) -> str:
    with pytest.raises(StatementRefusedError) as refused:
        read(content)
    assert isinstance(refused.value.error, StatementUnreadable)
    return refused.value.error.detail


def test_a_statement_opens_with_its_account_and_closes_with_its_balances() -> None:
    first, *_, last = read_file("sgml-checking.ofx")
    assert first == StatementOpened(
        locator="statement 1",
        type=AccountType.CHECKING,
        currency="USD",
        number="00412233",
        bank_code="112233445/007",
        institution="Fernhill Bank",
    )
    assert last == StatementClosed(
        current=StatedBalance(amount=Decimal("5120.75"), as_of=datetime(2025, 8, 31, 23, 59, 59, tzinfo=EASTERN)),
        available=StatedBalance(amount=Decimal("5020.75"), as_of=datetime(2025, 8, 31, tzinfo=UTC)),
        starts_on=date(2025, 8, 1),
        ends_on=date(2025, 8, 31),
    )


def test_a_row_is_read_field_by_field() -> None:
    check = movements(read_file("sgml-checking.ofx"))[1]
    assert check == Movement(
        locator="statement 1, row 2, line 52",
        booked_on=date(2025, 8, 4),
        amount=Decimal("-150.00"),
        type=TransactionType.SPENDING,
        subtype=TransactionSubtype.CHECK,
        bank_id="F-2",
        value_on=date(2025, 8, 5),
        transacted_at=datetime(2025, 8, 3, 10, 15, tzinfo=EASTERN),
        description="CHECK 1043",
        counterparty="CHECK 1043",
        memo="Roof repair, second half",
        reference="R-77",
        check_number="1043",
        raw="<TRNTYPE>CHECK\n<DTPOSTED>20250804\n<DTUSER>20250803101500[-5:EST]\n<DTAVAIL>20250805\n<TRNAMT>-150,00\n"
        "<FITID>F-2\n<CHECKNUM>1043\n<REFNUM>R-77\n<NAME>CHECK 1043\n<MEMO>Roof   repair,\n second half",
    )


def test_the_line_of_a_row_is_where_its_tag_stands() -> None:
    lines = (FILES / "sgml-checking.ofx").read_text().splitlines()
    stated = [int(movement.locator.rsplit(" ", 1)[1]) for movement in movements(read_file("sgml-checking.ofx"))]
    assert stated == [number for number, line in enumerate(lines, 1) if line == "<STMTTRN>"]


def test_the_booking_day_is_the_one_written_whatever_the_zone() -> None:
    payroll = movements(read_file("sgml-checking.ofx"))[0]
    assert payroll.booked_on == date(2025, 8, 1)
    assert payroll.type is TransactionType.INCOME


def test_a_memo_stands_in_for_a_missing_name_and_check_number_zero_is_none() -> None:
    fee = movements(read_file("sgml-checking.ofx"))[2]
    assert (fee.description, fee.memo, fee.check_number) == ("Monthly maintenance", "Monthly maintenance", None)


def test_xml_with_namespace_cdata_comments_and_entities_is_read() -> None:
    parts = read_file("xml-card.qfx")
    opened, fish = parts[0], movements(parts)[0]
    assert isinstance(opened, StatementOpened)
    assert (opened.type, opened.currency, opened.number, opened.bank_code, opened.institution) == (
        AccountType.CREDIT_CARD,
        "SEK",
        "5500000000000004",
        None,
        "Öre & Søn",
    )
    assert (fish.amount, fish.booked_on) == (Decimal("-1234.56"), date(2025, 8, 4))
    assert (fish.description, fish.memo) == ("Fisk & <Skaldjur> AB", "räksmörgås &amp; kaffe")
    assert fish.locator == "statement 1, row 1, line 15"


def test_the_payee_is_the_counterparty_and_the_longer_name_wins() -> None:
    payment, hotel = movements(read_file("xml-card.qfx"))[1:3]
    assert (payment.counterparty, payment.type, payment.subtype) == (
        "Payment received",
        TransactionType.TRANSFER,
        TransactionSubtype.PAYMENT,
    )
    assert hotel.description == hotel.counterparty == "Hotel Amstelhoek, Amsterdam"


def test_an_amount_the_bank_converted_keeps_only_its_original_currency() -> None:
    hotel = movements(read_file("xml-card.qfx"))[2]
    assert (hotel.amount, hotel.original_amount, hotel.original_currency) == (Decimal("-110.00"), None, "EUR")


def test_an_amount_in_another_currency_is_converted_with_its_rate() -> None:
    kiosk = movements(read_file("xml-card.qfx"))[3]
    assert (kiosk.amount, kiosk.original_amount, kiosk.original_currency) == (
        Decimal("-226.63"),
        Decimal("-20.50"),
        "EUR",
    )


def test_an_empty_balance_is_no_balance() -> None:
    closed = read_file("xml-card.qfx")[-1]
    zone = timezone(timedelta(hours=5, minutes=30))
    assert closed == StatementClosed(
        current=StatedBalance(amount=Decimal("-4310.00"), as_of=datetime(2025, 8, 8, 12, tzinfo=zone)),
    )


def test_every_statement_of_a_file_is_read() -> None:
    parts = read_file("several-statements.qbo")
    opened = [part for part in parts if isinstance(part, StatementOpened)]
    assert [(each.number, each.type, each.currency) for each in opened] == [
        ("A-1", AccountType.CHECKING, "USD"),
        ("A-2", AccountType.SAVINGS, "EUR"),
        ("C-3", AccountType.CREDIT_CARD, "USD"),
        ("I-4", AccountType.BROKERAGE, "USD"),
    ]
    assert [type(part).__name__ for part in parts] == [
        *("StatementOpened", "Movement", "StatementClosed"),
        *("StatementOpened", "Movement", "StatementClosed"),
        *("StatementOpened", "Movement", "Movement", "StatementClosed"),
        *("StatementOpened", "Movement", "Movement", "Position", "StatementClosed"),
    ]


def test_a_row_without_closing_tag_ends_where_the_next_begins() -> None:
    names = [movement.description for movement in movements(read_file("several-statements.qbo"))]
    assert names == ["To savings", "From checking", "Tea house", "Book barn", "Bought", "Funds received"]


def test_cash_of_an_investment_account_is_read() -> None:
    cash = movements(read_file("several-statements.qbo"))[-1]
    assert (cash.amount, cash.type, cash.memo) == (Decimal("50.00"), TransactionType.TRANSFER, None)


def test_empty_tags_state_nothing_and_the_row_lends_its_currency() -> None:
    opened, movement, closed = read_file("one-line-empty-tags.ofx")
    assert opened == StatementOpened(locator="statement 1", type=AccountType.OTHER, currency="NZD", number=None)
    assert isinstance(movement, Movement)
    assert (movement.bank_id, movement.check_number, movement.original_currency) == (None, None, None)
    assert movement.description == "Kauri Dairy: transfer"
    assert closed == StatementClosed()


@pytest.mark.parametrize("stated", ["", "US", "EURO", "U$D", "€€€"])
def test_a_statement_without_currency_says_so_in_iso_4217(stated: str) -> None:
    opened = read(statement(row(), currency=stated))[0]
    assert isinstance(opened, StatementOpened)
    assert opened.currency == "XXX"


def test_lower_case_tags_wrong_closers_and_no_header_are_read() -> None:
    opened, interest, _ = read_file("lowercase-no-header.ofx")
    assert isinstance(opened, StatementOpened)
    assert (opened.number, opened.type) == ("77", AccountType.SAVINGS)
    assert isinstance(interest, Movement)
    assert (interest.description, interest.type) == ("Interest", TransactionType.INCOME)


@pytest.mark.parametrize("name", ["cp1252-said-utf-8.ofx", "utf-8-said-1252.ofx", "utf-16-without-mark.ofx"])
def test_a_wrong_charset_declaration_is_not_believed(name: str) -> None:
    assert movements(read_file(name))[0].description == "CAFÉ “ÉLAN” PAYROLL"
    assert read_file(name)[1:] != []
    assert reader_for((FILES / name).read_bytes()[:4096]).about.code == "ofx"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig"])
def test_any_unicode_encoding_reads_the_same(encoding: str) -> None:
    text = (FILES / "sgml-checking.ofx").read_text()
    assert read(text.encode(encoding)) == read(text.encode())


def test_a_declared_code_page_is_used_for_what_is_not_utf_8() -> None:
    content = b"OFXHEADER:100\nCHARSET:ISO-8859-2\n\n" + statement(row("<NAME>#")).replace(
        b"#", "Łódź".encode("iso8859-2")
    )
    assert movements(read(content))[0].description == "Łódź"


def test_one_value_that_is_not_utf_8_spoils_no_other() -> None:
    content = statement(row("<NAME>Żółw<MEMO>#")).replace(b"#", b"t\xe9 \x81")
    movement = movements(read(content))[0]
    assert (movement.description, movement.memo) == ("Żółw", "té \N{REPLACEMENT CHARACTER}")


def test_pending_rows_are_pending() -> None:
    parts = read_file("pending.ofx")
    assert [(each.status, each.booked_on, each.bank_id) for each in movements(parts)] == [
        (TransactionStatus.POSTED, date(2025, 9, 1), "p1"),
        (TransactionStatus.PENDING, date(2025, 9, 2), None),
    ]
    assert isinstance(parts[-1], StatementClosed)
    assert parts[-1].current is not None


def test_a_faulty_row_is_named_and_the_others_go_on() -> None:
    parts = read_file("faulty-rows.ofx")
    assert [(part.code, part.locator) for part in parts if isinstance(part, RowFault)] == [
        ("amount_invalid", "statement 1, row 1, line 2"),
        ("date_invalid", "statement 1, row 2, line 3"),
        ("date_missing", "statement 1, row 4, line 5"),
        ("amount_missing", "statement 1, row 5, line 6"),
        ("amount_ambiguous", "statement 1, row 6, line 7"),
        ("currency_rate_invalid", "statement 1, row 7, line 8"),
    ]
    assert [movement.description for movement in movements(parts)] == ["Good"]


def test_a_fault_says_what_is_wrong() -> None:
    fault = next(part for part in read_file("faulty-rows.ofx") if isinstance(part, RowFault))
    assert fault.detail == "The amount (TRNAMT) '$120' is not a number."


def test_a_statement_behind_the_end_that_does_not_end_is_cut_off() -> None:
    assert refusal(statement(row()) + b"<STMTRS>").startswith("The file is cut off in or after statement 2")


def test_a_transaction_outside_the_list_is_read() -> None:
    content = statement("").replace(b"</BANKTRANLIST>", b"</BANKTRANLIST>" + row().encode())
    assert len(movements(read(content))) == 1


def test_a_correction_is_read_as_a_row_of_its_own() -> None:
    assert only_movement("<CORRECTFITID>old<CORRECTACTION>REPLACE<NAME>Again").description == "Again"


@pytest.mark.parametrize(
    "rest",
    [
        "<CHECKNUM>7<NAME>Tea<MEMO>green",
        "<CHECKNUM>7</CHECKNUM>\n<NAME>Tea</NAME>\n<MEMO>green</MEMO>",
        "<MEMO>green<NAME>Tea<CHECKNUM>7",
        "<CHECKNUM>7<SIC>5499<NAME lang='en'>Tea<MEMO>green",
        "<CHECKNUM>7<NAME>Coffee<NAME>Tea<MEMO>green",
    ],
)
def test_a_row_says_the_same_whatever_the_order_of_its_elements_and_what_follows(rest: str) -> None:
    for content in (statement(row(rest) + row()), statement(row(rest))):
        said = movements(read(content))[0]
        assert (said.check_number, said.description, said.memo, said.bank_id) == ("7", "Tea", "green", "f")
        assert said.raw is not None
        assert said.raw.startswith("<TRNTYPE>DEBIT<DTPOSTED>20250901<TRNAMT>-1.00<FITID>f<")
        assert "</" not in said.raw


def test_the_account_paid_to_is_not_the_account_of_the_statement() -> None:
    content = statement(row("<BANKACCTTO><BANKID>9<ACCTID>9<ACCTTYPE>SAVINGS</BANKACCTTO><NAME>Out"))
    opened = read(content)[0]
    assert isinstance(opened, StatementOpened)
    assert (opened.number, opened.bank_code) == ("2", "1")


def test_a_time_counts_only_with_its_zone() -> None:
    assert only_movement("<DTUSER>20250901101500").transacted_at is None
    assert only_movement("<DTUSER>20250901[-5:EST]").transacted_at is None
    assert only_movement("<DTUSER>20250901101500.123[-5:EST]").transacted_at == datetime(
        2025, 9, 1, 10, 15, tzinfo=EASTERN
    )


def test_text_is_bounded_and_free_of_control_characters() -> None:
    movement = only_movement(f"<REFNUM>{'r' * 300}<NAME>a\0b\x07c&#0;&#xD800;d<MEMO>{'m ' * 3000}")
    assert movement.description == "abc\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}d"
    assert movement.memo is not None
    assert movement.reference is not None
    assert (len(movement.memo), len(movement.reference)) == (1999, 255)


def test_deep_nesting_costs_nothing() -> None:
    nested = "<A>" * 100_000 + "</A>" * 100_000
    assert len(movements(read(statement(nested + row())))) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no <OFX> element"),
        (b"OFXHEADER:100\n\n", "no <OFX> element"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "no <OFX> element"),
        (b"<OFX></OFX>", "holds no statement"),
        (b"<OFX><BANKMSGSRSV1></BANKMSGSRSV1>", "cut off"),
        (b"<OFX>" + row().encode() + b"</OFX>", "line 1 stands outside any statement"),
        (b"<OFX><X>" + b"v" * 70_000 + b"</X></OFX>", "more than 65536 bytes"),
        (b"x" * 300_000, "more than 65536 bytes"),
        (b"<OFX>" + b"<STMTRS></STMTRS>" * (STATEMENTS_MAX + 1) + b"</OFX>", "more than 1000 statements"),
    ],
)
def test_a_file_that_is_no_statement_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    assert reason in refusal(content)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("bank-error.ofx", "answered with an error: The password is wrong"),
        ("accounts-only.ofx", "holds no statement"),
        ("entity-bomb.ofx", "declares XML entities"),
    ],
)
def test_a_valid_file_without_statement_is_refused_with_its_reason(name: str, reason: str) -> None:
    assert reason in refusal((FILES / name).read_bytes())


@pytest.mark.parametrize("name", ["sgml-checking.ofx", "xml-card.qfx", "several-statements.qbo"])
def test_a_file_cut_off_anywhere_is_refused(name: str) -> None:
    content = (FILES / name).read_bytes().rstrip()
    for length in range(len(content)):
        refusal(content[:length])


def test_a_cut_off_file_says_how_far_it_went() -> None:
    content = (FILES / "sgml-checking.ofx").read_bytes()
    assert "cut off in or after statement 1:" in refusal(content[: content.index(b"F-2")])


def test_a_cut_off_file_is_not_saved_by_a_whole_one_behind_it() -> None:
    content = (FILES / "sgml-checking.ofx").read_bytes()
    assert "cut off" in refusal(content[: content.index(b"F-2")] + content)


def test_two_whole_files_in_one_are_both_read() -> None:
    content = (FILES / "sgml-checking.ofx").read_bytes()
    assert len(movements(read(content + content))) == 6


def test_the_source_is_left_open() -> None:
    source = BytesIO(statement(row()))
    list(OfxReader().read(source))
    assert not source.closed


def test_readers_are_found_without_a_list() -> None:
    assert "ofx" in [reader.about.code for reader in readers()]


@pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda path: path.name)
def test_content_is_recognised_whatever_the_file_is_called(path: Path) -> None:
    assert reader_for(path.read_bytes()[:4096]).about.code == "ofx"


@pytest.mark.parametrize(
    "head",
    [b"", b"\0", b"Date;Amount\n2025-01-01;1\n", b"<?xml version='1.0'?><Document/>", b":20:STARTUMS\n", b"OFX rocks"],
)
def test_other_content_is_not_claimed(head: bytes) -> None:
    assert not OfxReader().recognises(head)


@pytest.mark.parametrize(("name", "rows"), [("checking.ofx", 60), ("credit-card.qfx", 40)])
def test_the_samples_are_whole_and_their_balances_follow_from_their_rows(name: str, rows: int) -> None:
    parts = read((SAMPLES / name).read_bytes())
    closed = parts[-1]
    assert isinstance(closed, StatementClosed)
    assert closed.current is not None
    assert closed.available is not None
    listed = movements(parts)
    assert len(listed) == len({movement.bank_id for movement in listed}) == rows == len(parts) - 2
    assert all(movement.type is not TransactionType.OTHER for movement in listed)
    opening = {"checking.ofx": Decimal("3212.55"), "credit-card.qfx": Decimal("-1312.40")}[name]
    assert closed.current.amount == opening + sum(movement.amount for movement in listed)
