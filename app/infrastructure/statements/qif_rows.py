"""A record of a bank, card or cash account in QIF as a movement, or the fault that keeps it from being one.

Splits tell how the owner divides an amount and move nothing: they stand in the raw text, in the memo where there is no
other, and must add up to the total.
"""

from collections.abc import Mapping

from app.domain.imports.statement import Movement
from app.domain.ledger.account import AccountType
from app.infrastructure.statements.qif_records import Record
from app.infrastructure.statements.qif_survey import QifSurvey
from app.infrastructure.statements.row_kinds import kind_of
from app.infrastructure.statements.row_values import (
    DESCRIPTION_CHARACTERS_MAX,
    ID_CHARACTERS_MAX,
    MEMO_CHARACTERS_MAX,
    RAW_CHARACTERS_MAX,
    RowFaultError,
    text_of,
)

# What stands where a check's number would.
_TRNTYPES: Mapping[str, str] = {
    "ATM": "ATM",
    "DEP": "DEP",
    "DEPOSIT": "DEP",
    "EFT": "PAYMENT",
    "TXFR": "XFER",
    "TRANSFER": "XFER",
    "XFER": "XFER",
}


def bank_row(record: Record, survey: QifSurvey, account: AccountType, locator: str) -> Movement:
    fields = record.fields()
    amount = survey.money(fields.get("T") or fields.get("U", ""), "T")
    splits = _splits(record) if "S" in fields else []
    if splits and all(stated for _, stated in splits):
        total = sum(survey.money(stated, "$") for _, stated in splits)
        if total != amount:
            raise RowFaultError("splits_differ", f"The splits add up to {total}, the row's amount (T) is {amount}.")
    name = text_of(fields.get("P", ""), DESCRIPTION_CHARACTERS_MAX)
    written = fields.get("M") or "; ".join(f"{said} {stated}" for said, stated in splits)
    memo = text_of(written, MEMO_CHARACTERS_MAX)
    number = text_of(fields.get("N", ""), ID_CHARACTERS_MAX)
    is_check = number.isdecimal() and amount < 0
    trntype = "CHECK" if is_check else _TRNTYPES.get(number.upper(), "CREDIT")
    kind, subkind = kind_of("XFER" if fields.get("L", "").startswith("[") else trntype, amount, account, name, memo)
    row = Movement(locator, survey.day(fields.get("D", "")), amount, kind, subkind)
    row.description = name or memo[:DESCRIPTION_CHARACTERS_MAX].rstrip()
    row.counterparty = name or None
    row.memo = memo or None
    row.reference = None if is_check or number.upper() in _TRNTYPES else number or None
    row.check_number = number if is_check else None
    row.raw = raw_of(record)
    return row


def raw_of(record: Record) -> str:
    return "\n".join(record.lines)[:RAW_CHARACTERS_MAX]


def _splits(record: Record) -> list[tuple[str, str]]:
    """Each split's memo, else its category, and its amount, empty where it is a percentage."""
    splits: list[dict[str, str]] = []
    for line in record.lines:
        if line[0] == "S":
            splits.append({})
        if splits and line[0] in "SE$":
            splits[-1][line[0]] = line[1:].strip()
    return [(split.get("E") or split["S"], split.get("$", "")) for split in splits]
