"""One `:61:` with what belongs to it as a movement, or the fault that keeps it from being one.

`:61:` is `YYMMDD[MMDD]` value and entry date, `[R]C|D`, the currency's third letter, the amount with a decimal comma,
four characters of type, the customer's reference, `//` and the bank's, and a line of supplement. RC is a credit taken
back: money out. The entry date lends its year from the value date; where a month has no such day (31 November, in
Germany 30 February) its last day is meant.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

from app.domain.imports.statement import Movement, RowFault
from app.domain.ledger.account import AccountType
from app.infrastructure.statements.mt940_details import Details, details_of, details_of_ns
from app.infrastructure.statements.row_kinds import kind_of
from app.infrastructure.statements.row_values import (
    DECIMALS_MAX,
    DESCRIPTION_CHARACTERS_MAX,
    ID_CHARACTERS_MAX,
    MEMO_CHARACTERS_MAX,
    RAW_CHARACTERS_MAX,
    WHOLE_DIGITS_MAX,
    RowFaultError,
    shown,
    text_of,
)

CENTURY_TURNS_AT = 80  # SWIFT's own rule: 80 to 99 are of the 20th century
DAY_MAX = 31

_LINE = re.compile(
    r"\s*(?P<value>\d{6})(?P<entry>\d{4}|\s{4})?\s*(?P<mark>R?[CD])\s?(?P<funds>[A-Z])?"
    r"\s*(?P<amount>[\d,.]+)\s*(?P<type>[A-Z][A-Z0-9 ]{3})?(?P<references>[^\n]*)(?P<supplement>.*)",
    re.ASCII | re.DOTALL,
)
_AMOUNT = re.compile(rf"0*\d{{0,{WHOLE_DIGITS_MAX}}}(?:[,.]\d{{0,{DECIMALS_MAX}}})?", re.ASCII)
_ORIGINAL = re.compile(r"/OCMT/([A-Z]{3})([\d,]+)", re.ASCII)
_NO_REFERENCES = frozenset({"", "N", "X", "NONREF", "NOTPROVIDED", "EREF", "KREF+"})

# The rows' types as OFX has them: SWIFT's three letters, and the German codes of business transactions.
TRNTYPES: Mapping[str, str] = {
    code: trntype
    for trntype, codes in {
        "CHECK": ("CHK", "CLR"),
        "SRVCHG": ("CHG", "COM", "BRF", "805", "808"),
        "INT": ("INT", "814"),
        "DIV": ("DIV",),
        "DIRECTDEBIT": ("DDT", "DBT", "INC", "005", "104", "105", "171"),
        "REPEATPMT": ("STO", "008", "117"),
        "DIRECTDEP": ("SAL", "053", "153"),
        "POS": ("106", "107"),
        "CASH": ("082", "083"),
    }.items()
    for code in codes
}


def row_of(text: str, detail: tuple[str, str], currency: str, locator: str) -> Movement | RowFault:
    """`detail` is the tag and text of the field behind `:61:`, both empty where there is none."""
    try:
        return _movement(text, detail, currency, locator)
    except RowFaultError as fault:
        return RowFault(locator=locator, code=fault.code, detail=fault.detail)


def _movement(text: str, detail: tuple[str, str], currency: str, locator: str) -> Movement:
    parts = _LINE.match(text)
    if not parts:
        raise RowFaultError("row_invalid", f"The line :61:{text_of(text, 40)} is not as SWIFT writes it.")
    value, entry, mark, _, stated, code, references, supplement = parts.groups()
    amount = signed(stated, mark, ":61:")
    value_on = day_of(value)
    supplement = supplement.strip()
    tag, written = detail
    details = details_of_ns(written) if tag == "NS" else details_of(written) if written else Details()
    customer, _, bank = references.partition("//")
    purpose = _text(details.purpose or supplement, MEMO_CHARACTERS_MAX)
    name = _text(details.name, DESCRIPTION_CHARACTERS_MAX)
    booking_text = _text(details.booking_text, DESCRIPTION_CHARACTERS_MAX)
    kind, subkind = kind_of(
        TRNTYPES.get(details.code) or TRNTYPES.get((code or "")[1:]) or "CREDIT",
        amount,
        AccountType.CHECKING,
        booking_text,
        purpose,
    )
    booked_on = _entry_day(entry, value_on) if entry and not entry.isspace() else value_on
    row = Movement(locator, booked_on, amount, kind, subkind)
    row.bank_id = _reference(bank)
    row.value_on = value_on
    row.description = name or purpose[:DESCRIPTION_CHARACTERS_MAX].rstrip() or booking_text
    row.counterparty = name or None
    row.memo = purpose or booking_text or None
    row.reference = _reference(details.reference) or _reference(customer)
    raw = f":61:{text.rstrip()}\n:{tag}:{written.rstrip()}" if tag else f":61:{text.rstrip()}"
    row.raw = raw[:RAW_CHARACTERS_MAX]
    if code == "NCHK":
        row.check_number = _reference(customer)
    if original := _ORIGINAL.match(supplement):
        row.original_amount = signed(original[2], mark, "/OCMT/")
        row.original_currency = original[1] if original[1] != currency else None
    return row


def _text(raw: str, characters_max: int) -> str:
    return text_of(raw, characters_max) if raw else ""


def _reference(raw: str) -> str | None:
    return None if raw in _NO_REFERENCES or (value := text_of(raw, ID_CHARACTERS_MAX)) in _NO_REFERENCES else value


def signed(raw: str, mark: str, field: str) -> Decimal:
    """An amount as SWIFT writes it, `12345,6` or `18500,`; out for D and RC."""
    if not _AMOUNT.fullmatch(raw) or not raw.strip(",."):
        raise RowFaultError("amount_invalid", f"The amount ({field}) {shown(raw)} is not a number.")
    number = Decimal(raw.replace(",", "."))
    return -number if number and mark in {"D", "RC"} else number


@lru_cache(maxsize=4096)
def day_of(digits: str) -> date:
    """The day `YYMMDD`."""
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    return _day(year + (1900 if year >= CENTURY_TURNS_AT else 2000), month, day, digits)


def _day(year: int, month: int, day: int, digits: str) -> date:
    try:
        return date(year, month, min(day, monthrange(year, month)[1]) if day <= DAY_MAX else day)
    except ValueError:
        raise RowFaultError("date_invalid", f"The date {shown(digits)} is no day of the calendar.") from None


@lru_cache(maxsize=4096)
def _entry_day(digits: str, value_on: date) -> date:
    month, day = int(digits[:2]), int(digits[2:])
    days = [_day(value_on.year + years, month, day, digits) for years in (-1, 0, 1)]
    return min(days, key=lambda entry_on: abs(entry_on - value_on))
