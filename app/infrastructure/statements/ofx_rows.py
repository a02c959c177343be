"""One STMTTRN as a movement, or the fault that keeps it from being one.

The amount is in the statement's currency. Inside CURRENCY, OFX states TRNAMT in CURSYM, so that it is converted with
CURRATE and the stated amount kept as the original; inside ORIGCURRENCY the bank converted TRNAMT already, and as it
rounded, only the original currency is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.domain.imports.statement import Movement, RowFault
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

ROW_FIELDS = frozenset(
    {"TRNTYPE", "DTPOSTED", "DTTRAN", "DTUSER", "DTAVAIL", "TRNAMT", "FITID", "SRVRTID", "CHECKNUM", "REFNUM", "NAME"}
    | {"PAYEE", "EXTDNAME", "MEMO", "CURRENCY", "ORIGCURRENCY", "CURRATE", "CURSYM"}
)

_USUAL_FIELDS = frozenset({"TRNTYPE", "DTPOSTED", "TRNAMT", "FITID", "NAME", "MEMO"})


@dataclass(frozen=True, slots=True)
class RowPlace:
    """What a row must know of its statement."""

    account: AccountType
    currency: str


def row_of(fields: Mapping[str, str], place: RowPlace, locator: str) -> Movement | RowFault:
    try:
        return _movement(fields, place, locator)
    except RowFaultError as fault:
        return RowFault(locator=locator, code=fault.code, detail=fault.detail)


def _movement(fields: Mapping[str, str], place: RowPlace, locator: str) -> Movement:
    amount = amount_of(fields.get("TRNAMT", ""), "TRNAMT")
    booked_on = date_of(fields.get("DTPOSTED") or fields.get("DTTRAN", ""), "DTPOSTED")
    original_amount, original_currency = None, None
    if "CURSYM" in fields:
        amount, original_amount, original_currency = _in_statement_currency(amount, fields, place.currency)
    name = text_of(fields.get("NAME", ""), DESCRIPTION_CHARACTERS_MAX)
    if "EXTDNAME" in fields:
        name = max(name, text_of(fields["EXTDNAME"], DESCRIPTION_CHARACTERS_MAX), key=len)
    memo = text_of(fields.get("MEMO", ""), MEMO_CHARACTERS_MAX)
    trntype = fields.get("TRNTYPE", "").strip().upper()
    kind, subkind = kind_of(trntype, amount, place.account, f"{name} {memo}")
    has_party = kind is TransactionType.SPENDING or "PAYEE" in fields or "EXTDNAME" in fields
    row = Movement(
        locator=locator,
        booked_on=booked_on,
        amount=amount,
        type=kind,
        subtype=subkind,
        bank_id=text_of(fields.get("FITID", ""), ID_CHARACTERS_MAX) or None,
        description=name or memo[:DESCRIPTION_CHARACTERS_MAX].rstrip(),
        counterparty=(name or None) if has_party else None,
        memo=memo or None,
        raw=raw_of(fields),
    )
    if not fields.keys() <= _USUAL_FIELDS:
        row.original_amount, row.original_currency = original_amount, original_currency
        _add_rare(row, fields)
    if trntype == "HOLD" or PENDING_ROW in fields:
        row.status = TransactionStatus.PENDING
    return row


def _add_rare(row: Movement, fields: Mapping[str, str]) -> None:
    row.value_on = _day(fields.get("DTAVAIL", ""))
    row.transacted_at = instant_of(fields.get("DTUSER", ""), zone_required=True)
    row.reference = _id(fields.get("REFNUM", "")) or _id(fields.get("SRVRTID", ""))
    number = _id(fields.get("CHECKNUM", ""))
    row.check_number = number if number and number.strip("0") else None  # banks send 0 where there was no check


def _in_statement_currency(
    amount: Decimal,
    fields: Mapping[str, str],
    currency: str,
) -> tuple[Decimal, Decimal | None, str | None]:
    stated_in = currency_of(fields["CURSYM"])
    if stated_in is None or stated_in == currency:
        return amount, None, None
    if "ORIGCURRENCY" in fields:
        return amount, None, stated_in
    try:
        rate = amount_of(fields.get("CURRATE", ""), "CURRATE")
    except RowFaultError:
        rate = Decimal(0)
    if not 0 < rate * max(abs(amount), Decimal(1)) < AMOUNT_MAX:
        raise RowFaultError(
            "currency_rate_invalid",
            f"The amount is in {stated_in}, and there is no usable rate (CURRATE) to take it into {currency}.",
        )
    return round(amount * rate, CONVERTED_DECIMALS), amount, stated_in


def _id(raw: str) -> str | None:
    return text_of(raw, ID_CHARACTERS_MAX) or None


def _day(raw: str) -> date | None:
    try:
        return date_of(raw, "DTAVAIL")
    except RowFaultError:
        return None
