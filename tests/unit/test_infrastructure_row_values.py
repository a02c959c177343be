"""The values of OFX: amounts, dates, text, and what kind a row is."""

from datetime import UTC, date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ledger.account import AccountType
from app.domain.ledger.transaction import TransactionSubtype as Sub
from app.domain.ledger.transaction import TransactionType as Type
from app.infrastructure.statements.row_kinds import kind_of
from app.infrastructure.statements.row_values import (
    DECIMALS_MAX,
    WHOLE_DIGITS_MAX,
    RowFaultError,
    amount_of,
    currency_of,
    date_of,
    instant_of,
    text_of,
)


def fault(raw: str) -> str:
    with pytest.raises(RowFaultError) as faulty:
        amount_of(raw, "TRNAMT")
    return faulty.value.code


@pytest.mark.parametrize(
    ("raw", "amount"),
    [
        ("12.00", "12.00"),
        (" 12.00 \n", "12.00"),
        ("+3", "3"),
        ("-1,5", "-1.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-,75", "-0.75"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1,234,567", "1234567"),
        ("1.234.567,8", "1234567.8"),
        ("1 234,56", "1234.56"),
        ("1\xa0234,56", "1234.56"),
        ("1'234.50", "1234.50"),
        ("1.234", "1.234"),
        ("0,123", "0.123"),
        ("1234,567", "1234.567"),
        ("-00000000001500.0000", "-1500"),
        ("000000000000000000001.5", "1.5"),
        ("1.50000000000000000000", "1.5"),
        ("999999999999999.9999999999", "999999999999999.9999999999"),
    ],
)
def test_an_amount_is_read_however_it_is_punctuated(raw: str, amount: str) -> None:
    assert amount_of(raw, "TRNAMT") == Decimal(amount)


@pytest.mark.parametrize(
    "raw",
    [
        "$120",
        "NaN",
        "Infinity",
        "-inf",
        "1e400",
        "1e4",
        "--1",
        "1-",
        "-",
        ".",
        "1_000",
        "0x10",
        "1,2,3",
        "1.23.456",
        "12,34.56",
        "1,234,56",
        "١٢",
        "1 2",
        "1\x00",
        "9" * 16,
        "1.12345678901",
        "9" * 100000,
        "1,234 567",
    ],
)
def test_what_is_no_plain_bounded_number_is_a_fault(raw: str) -> None:
    assert fault(raw) == "amount_invalid"


@pytest.mark.parametrize("raw", ["1,234", "-12,000", "+999,999"])
def test_a_comma_before_three_digits_is_not_guessed_at(raw: str) -> None:
    assert fault(raw) == "amount_ambiguous"


@pytest.mark.parametrize("raw", ["", " ", "\n"])
def test_an_empty_amount_is_missing(raw: str) -> None:
    assert fault(raw) == "amount_missing"


def test_minus_nothing_is_nothing() -> None:
    assert str(amount_of("-0.00", "TRNAMT")) == "0.00"
    assert str(amount_of("-0,00", "TRNAMT")) == "0.00"


money = st.decimals(
    min_value=-(10**WHOLE_DIGITS_MAX) + 1, max_value=10**WHOLE_DIGITS_MAX - 1, allow_nan=False, places=2
)


@given(money)
def test_an_amount_written_is_the_amount_read(amount: Decimal) -> None:
    assert amount_of(f"{amount:f}", "TRNAMT") == amount
    assert amount_of(f"{amount:f}".replace(".", ","), "TRNAMT") == amount
    assert amount_of(f"{amount:,f}", "TRNAMT") == amount


@given(st.text(max_size=40) | st.text("0123456789+-.,' eE", max_size=40))
def test_any_text_is_a_bounded_amount_or_a_fault(raw: str) -> None:
    try:
        amount = amount_of(raw, "TRNAMT")
    except RowFaultError:
        return
    exponent = amount.as_tuple().exponent
    assert isinstance(exponent, int)
    assert -DECIMALS_MAX <= exponent <= 0
    assert abs(amount) < 10**WHOLE_DIGITS_MAX


@given(st.text(min_size=1))
def test_a_fault_can_be_shown_and_stored(raw: str) -> None:
    with pytest.raises(RowFaultError) as faulty:
        amount_of(f"x{raw}", "TRNAMT")
    assert faulty.value.detail.isprintable()


@pytest.mark.parametrize(
    "raw",
    [
        "20120517",
        " 20120517\n",
        "20120517235959",
        "20120517235959.000[-5:EST]",
        "20120517:014",
        "20120517T10:00",
        "2012-05-17",
        "2012/05/17",
        "2012.05.17 10:00",
    ],
)
def test_a_date_is_the_day_written(raw: str) -> None:
    assert date_of(raw, "DTPOSTED") == date(2012, 5, 17)


@pytest.mark.parametrize(
    "raw",
    [
        "20231131",
        "20230229",
        "201120000000",
        "00000000",
        "17/05/2012",
        "05172012",
        "17052012",
        "2012-0517",
        "201205",
        "2012-5-17",
        "18991231",
        "22000101",
        "٢٠١٢٠٥١٧",
        "yesterday",
        "2012\x00517",
    ],
)
def test_a_day_not_in_the_calendar_is_a_fault(raw: str) -> None:
    with pytest.raises(RowFaultError) as faulty:
        date_of(raw, "DTPOSTED")
    assert faulty.value.code == "date_invalid"


@given(st.text() | st.text("0123456789-/.[]:+EST", max_size=40))
def test_any_text_is_an_instant_that_survives_conversion_or_nothing(raw: str) -> None:
    instant = instant_of(raw, zone_required=False)
    assert instant is None or instant.astimezone(UTC) == instant


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("[-5:EST]", "-5:00"),
        ("[5]", "5:00"),
        ("[+5.30:MMT]", "5:30"),
        ("[5.5:MMT]", "5:30"),
        ("[-3.50]", "-3:30"),
        ("[0:GMT]", "0:00"),
        ("[-03:EST]", "-3:00"),
        ("[+5.75:NPT]", "5:45"),
    ],
)
def test_a_zone_is_hours_and_a_part_of_one(zone: str, offset: str) -> None:
    hours, minutes = offset.lstrip("-").split(":")
    expected = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if offset.startswith("-") else 1)
    instant = instant_of(f"20250901101500.000{zone}", zone_required=True)
    assert instant is not None
    assert instant.utcoffset() == expected


@pytest.mark.parametrize(
    "raw", ["20250901101500[-:EST]", "20250901101500[99]", "20250901256100[0]", "20250901101500[5.20]"]
)
def test_a_zone_or_time_that_is_none_gives_no_instant(raw: str) -> None:
    assert instant_of(raw, zone_required=True) is None


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_any_text_comes_out_storable(raw: str, characters_max: int) -> None:
    value = text_of(raw, characters_max)
    assert value == " ".join(value.split())
    assert len(value) <= characters_max
    assert "\0" not in value
    value.encode()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("A &amp; B", "A & B"),
        ("A & B &c. AT&T;", "A & B &c. AT&T;"),
        ("&copyright &lt;3", "&copyright <3"),
        ("&amp;lt;", "&lt;"),
        ("&#82;&#x4D;&#99999999;", "RM&#99999999;"),
        ("&#1114112;", "\N{REPLACEMENT CHARACTER}"),
        ("&nbsp;x&nbsp;", "x"),
        ("&unknown;", "&unknown;"),
    ],
)
def test_an_entity_is_resolved_once_and_a_bare_ampersand_stays(raw: str, text: str) -> None:
    assert text_of(raw, 99) == text


@pytest.mark.parametrize(
    ("raw", "currency"),
    [("eur ", "EUR"), ("EURO", None), ("", None), ("ÀÉÎ", None), ("E\N{LATIN SMALL LETTER LONG S}P", None)],
)
def test_a_currency_is_three_letters(raw: str, currency: str | None) -> None:
    assert currency_of(raw) == currency


@pytest.mark.parametrize(
    ("trntype", "amount", "account", "text", "kind"),
    [
        ("INT", 1, AccountType.SAVINGS, "", (Type.INCOME, Sub.INTEREST)),
        ("INT", -1, AccountType.CREDIT_CARD, "", (Type.FEE, Sub.OTHER_FEE)),
        ("DIV", 1, AccountType.BROKERAGE, "", (Type.INCOME, Sub.DIVIDEND)),
        ("SRVCHG", -1, AccountType.CHECKING, "", (Type.FEE, Sub.ACCOUNT_FEE)),
        ("DIRECTDEP", 1, AccountType.CHECKING, "", (Type.INCOME, Sub.DIRECT_DEPOSIT)),
        ("DIRECTDEP", -1, AccountType.CHECKING, "VIREMENT", (Type.TRANSFER, Sub.TRANSFER_OUT)),
        ("DEP", 1, AccountType.CHECKING, "Mobile deposit", (Type.TRANSFER, Sub.DEPOSIT)),
        ("DEP", 1, AccountType.CHECKING, "Acme Payroll", (Type.INCOME, Sub.DIRECT_DEPOSIT)),
        ("ATM", -1, AccountType.CHECKING, "", (Type.TRANSFER, Sub.CASH_WITHDRAWAL)),
        ("CASH", -1, AccountType.CHECKING, "", (Type.TRANSFER, Sub.CASH_WITHDRAWAL)),
        ("POS", -1, AccountType.CHECKING, "", (Type.SPENDING, Sub.PURCHASE)),
        ("POS", 1, AccountType.CREDIT_CARD, "", (Type.SPENDING, Sub.REFUND)),
        ("PAYMENT", -1, AccountType.CHECKING, "", (Type.SPENDING, Sub.PAYMENT)),
        ("PAYMENT", 1, AccountType.CREDIT_CARD, "", (Type.TRANSFER, Sub.PAYMENT)),
        ("DIRECTDEBIT", -1, AccountType.CHECKING, "", (Type.SPENDING, Sub.DIRECT_DEBIT)),
        ("CHECK", -1, AccountType.CHECKING, "", (Type.SPENDING, Sub.CHECK)),
        ("XFER", 1, AccountType.CHECKING, "", (Type.TRANSFER, Sub.TRANSFER_IN)),
        ("XFER", -1, AccountType.CHECKING, "", (Type.TRANSFER, Sub.TRANSFER_OUT)),
        ("CREDIT", 1, AccountType.CREDIT_CARD, "Blue shoes", (Type.SPENDING, Sub.REFUND)),
        ("CREDIT", 1, AccountType.CREDIT_CARD, "Autopay thank you", (Type.TRANSFER, Sub.PAYMENT)),
        ("DEBIT", -1, AccountType.CREDIT_CARD, "Blue shoes", (Type.SPENDING, Sub.PURCHASE)),
        ("DEBIT", -1, AccountType.CHECKING, "Wire transfer fee", (Type.FEE, Sub.ACCOUNT_FEE)),
        ("DEBIT", -1, AccountType.CHECKING, "Coffee at Transferwise", (Type.SPENDING, Sub.PAYMENT)),
        ("DEBIT", -1, AccountType.BROKERAGE, "", (Type.TRANSFER, Sub.WITHDRAWAL)),
        ("CHECK", -1, AccountType.CHECKING, "Fee for interest", (Type.SPENDING, Sub.CHECK)),
        ("OTHER", 1, AccountType.SAVINGS, "Interest paid", (Type.INCOME, Sub.INTEREST)),
        ("OTHER", 1, AccountType.SAVINGS, "Rent", (Type.OTHER, Sub.UNKNOWN)),
        ("", -1, AccountType.OTHER, "", (Type.OTHER, Sub.UNKNOWN)),
    ],
)
def test_a_row_is_what_its_type_sign_account_and_words_say(
    trntype: str, amount: int, account: AccountType, text: str, kind: tuple[Type, Sub]
) -> None:
    assert kind_of(trntype, Decimal(amount), account, text) == kind


@given(st.text(), money, st.sampled_from(AccountType), st.text())
def test_any_row_has_a_kind(trntype: str, amount: Decimal, account: AccountType, text: str) -> None:
    kind, subkind = kind_of(trntype, amount, account, text)
    assert kind in Type
    assert subkind in Sub
