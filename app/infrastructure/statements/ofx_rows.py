"""One STMTTRN as a movement, or the fault that keeps it from being one.

The amount is in the statement's currency. Inside CURRENCY, OFX states TRNAMT in CURSYM, so that it is converted with
CURRATE and the stated amount kept as the original; inside ORIGCURRENCY the bank converted TRNAMT already, and as it
rounded, only the original currency is kept.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.domain.imports.statement import Movement
from app.domain.ledger.account import AccountType
from app.domain.ledger.transaction import TransactionStatus, TransactionType
from app.infrastructure.statements.row_kinds import kind_of
from app.infrastructure.statements.row_values import (
    DESCRIPTION_CHARACTERS_MAX,
    ID_CHARACTERS_MAX,
    MEMO_CHARACTERS_MAX,
    WHOLE_DIGITS_MAX,
    RowFaultError,
    amount_of,
    currency_of,
    date_of,
    instant_of,
    raw_of,
    text_of,
)

AMOUNT_MAX = Decimal(10) ** WHOLE_DIGITS_MAX
CONVERTED_DECIMALS = 2

PENDING_ROW = "STMTTRNP"


class OfxRow(NamedTuple):
    """What counts of a STMTTRN as written, in the order that OFX's DTD has it; None is missing, "" may be given."""

    text: str = ""
    TRNTYPE: str | None = None
    DTPOSTED: str | None = None
    DTTRAN: str | None = None
    DTUSER: str | None = None
    DTAVAIL: str | None = None
    TRNAMT: str | None = None
    FITID: str | None = None
    SRVRTID: str | None = None
    CHECKNUM: str | None = None
    REFNUM: str | None = None
    NAME: str | None = None
    PAYEE: str | None = None
    EXTDNAME: str | None = None
    MEMO: str | None = None
    CURRENCY: str | None = None
    ORIGCURRENCY: str | None = None
    CURRATE: str | None = None
    CURSYM: str | None = None
    STMTTRNP: str | None = None  # the row itself is of this name, which makes it a pending one


_ELEMENTS = OfxRow._fields[1:-1]
ROW_FIELDS = frozenset(_ELEMENTS)

# Nearly all rows are like this, and one pattern reads them in a third of the time that their tokens take.
_WHOLE_ROW = re.compile(
    rf"<STMTTRN>\s*+({''.join(rf'(?:<{name}>([^<]*+)(?:</{name}>\s*+)?+)?+' for name in _ELEMENTS)})</STMTTRN>\s*+"
)
_CLOSER = re.compile(r"</[^>]++>\s*+")


@dataclass(frozen=True, slots=True)
class RowPlace:
    """What a row must know of its statement."""

    account: AccountType
    currency: str


def whole_row(run: str) -> OfxRow | None:
    """The row that a run is, if it is one whole row with its elements in order and nothing else."""
    found = _WHOLE_ROW.fullmatch(run)
    return OfxRow._make((*found.groups(), None)) if found else None


def movement_of(row: OfxRow, place: RowPlace, locator: str) -> Movement:
    amount = amount_of(row.TRNAMT or "", "TRNAMT")
    booked_on = date_of(row.DTPOSTED or row.DTTRAN or "", "DTPOSTED")
    original_amount, original_currency = None, None
    if row.CURSYM:
        amount, original_amount, original_currency = _in_statement_currency(amount, row, place.currency)
    name = text_of(row.NAME or "", DESCRIPTION_CHARACTERS_MAX)
    if row.EXTDNAME:
        name = max(name, text_of(row.EXTDNAME, DESCRIPTION_CHARACTERS_MAX), key=len)
    memo = text_of(row.MEMO or "", MEMO_CHARACTERS_MAX)
    trntype = (row.TRNTYPE or "").strip().upper()
    kind, subkind = kind_of(trntype, amount, place.account, name, memo)
    has_party = kind is TransactionType.SPENDING or row.PAYEE is not None or row.EXTDNAME is not None
    movement = Movement(locator, booked_on, amount, kind, subkind)
    if trntype == "HOLD" or row.STMTTRNP is not None:
        movement.status = TransactionStatus.PENDING
    movement.bank_id = _id(row.FITID)
    movement.description = name or memo[:DESCRIPTION_CHARACTERS_MAX].rstrip()
    movement.counterparty = (name or None) if has_party else None
    movement.memo = memo or None
    movement.reference = _id(row.REFNUM) or _id(row.SRVRTID)
    movement.original_amount, movement.original_currency = original_amount, original_currency
    movement.raw = raw_of(_CLOSER.sub("", row.text) if "</" in row.text else row.text)
    if row.DTAVAIL:
        movement.value_on = _day(row.DTAVAIL)
    if row.DTUSER:
        movement.transacted_at = instant_of(row.DTUSER, zone_required=True)
    number = _id(row.CHECKNUM)
    if number and number.strip("0"):  # banks send 0 where there was no check
        movement.check_number = number
    return movement


def _in_statement_currency(
    amount: Decimal,
    row: OfxRow,
    currency: str,
) -> tuple[Decimal, Decimal | None, str | None]:
    stated_in = currency_of(row.CURSYM or "")
    if stated_in is None or stated_in == currency:
        return amount, None, None
    if row.ORIGCURRENCY is not None:
        return amount, None, stated_in
    try:
        rate = amount_of(row.CURRATE or "", "CURRATE")
    except RowFaultError:
        rate = Decimal(0)
    if not 0 < rate * max(abs(amount), Decimal(1)) < AMOUNT_MAX:
        raise RowFaultError(
            "currency_rate_invalid",
            f"The amount is in {stated_in}, and there is no usable rate (CURRATE) to take it into {currency}.",
        )
    return round(amount * rate, CONVERTED_DECIMALS), amount, stated_in


def _id(raw: str | None) -> str | None:
    return text_of(raw, ID_CHARACTERS_MAX) or None if raw else None


def _day(raw: str) -> date | None:
    try:
        return date_of(raw, "DTAVAIL")
    except RowFaultError:
        return None
