"""QIF, Quicken's exchange format: registers of bank, card, cash, asset, loan and investment accounts.

Promises: every record of every account as one movement (two, where an investment's money comes from another account) or
a fault; lists of categories, classes, prices and the like are passed over. QIF says neither which account it is of nor
in which currency nor in which order dates are: the first is the owner's to say (but of a file of several accounts the
names in it tell them apart), the second is the account's, and for the third see `date_orders`; where it had to be
assumed a fault tells so. An opening balance is stated as such and is no row.
Costs: two passes; memory of a record, the names of accounts and those of securities.
Refuses: a file without an account's records, one of several accounts that do not all have names, more statements than
`STATEMENTS_MAX`, and what `qif_records` refuses.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import BinaryIO

from app.domain.imports.statement import (
    Movement,
    RowFault,
    StatedBalance,
    StatementClosed,
    StatementOpened,
    StatementPart,
    refused,
)
from app.domain.imports.statement_format import StatementFormat
from app.domain.ledger.account import NO_CURRENCY, AccountType
from app.infrastructure.statements.qif_investments import investment_rows
from app.infrastructure.statements.qif_records import Record, records
from app.infrastructure.statements.qif_rows import bank_row
from app.infrastructure.statements.qif_survey import QifPlace, QifSurvey, survey_of
from app.infrastructure.statements.row_values import ID_CHARACTERS_MAX, RowFaultError, text_of
from app.infrastructure.statements.text_encoding import CHUNK_BYTES, head_text

STATEMENTS_MAX = 1000

_SIGNATURE = re.compile(r"\s*!(?:Type:|Account\s*[\r\n]|Option:|Clear:)", re.IGNORECASE)


class QifReader:
    """Reads QIF; the source must be seekable, as it is read twice."""

    about = StatementFormat(code="qif", name="QIF", suffixes=(".qif",))

    def __init__(self, chunk_bytes: int = CHUNK_BYTES) -> None:
        self._chunk_bytes = chunk_bytes

    def recognises(self, head: bytes) -> bool:
        return _SIGNATURE.match(head_text(head)) is not None

    def read(self, source: BinaryIO) -> Iterator[StatementPart]:
        start = source.tell()
        survey = survey_of(records(source, self._chunk_bytes))
        if not survey.accounts:
            raise refused("The file holds no account's records (!Type:Bank or the like).")
        if len(survey.accounts) > 1 and None in survey.accounts:
            raise refused(
                "The file holds several accounts and names not all of them. Export each to a file of its own."
            )
        source.seek(start)
        place, statement, ordinal = QifPlace(), None, 0
        for record in records(source, self._chunk_bytes):
            if not place.moves(record):
                if statement and place.kind:
                    yield from statement.rows_of(record)
            elif place.kind and not (statement and statement.is_of(place)):
                if statement:
                    yield statement.closed()
                ordinal += 1
                statement = _Statement(ordinal, place, survey)
                yield from statement.opened()
        if statement:
            yield statement.closed()


class _Statement:
    """The records of one account that stand together."""

    def __init__(self, ordinal: int, place: QifPlace, survey: QifSurvey) -> None:
        if ordinal > STATEMENTS_MAX:
            raise refused(f"The file holds more than {STATEMENTS_MAX} statements.")
        self._ordinal = ordinal
        self._survey = survey
        self._account, self._kind = place.account, place.kind or AccountType.OTHER
        self._rows = 0
        self._opening: StatedBalance | None = None

    def is_of(self, place: QifPlace) -> bool:
        """Whether a heading only says again what is known."""
        return (place.account, place.kind) == (self._account, self._kind)

    def opened(self) -> Iterator[StatementPart]:
        is_one_of_several = len(self._survey.accounts) > 1
        yield StatementOpened(
            locator=f"statement {self._ordinal}",
            type=self._kind,
            currency=NO_CURRENCY,
            number=text_of(self._account or "", ID_CHARACTERS_MAX) or None if is_one_of_several else None,
        )
        if self._survey.is_assumed and self._ordinal == 1:
            order = self._survey.order.replace("_", " ")
            detail = (
                f"In every date of the file day and month could change places; they were read {order}. If that is"
                " wrong, undo the import and export a longer period, with a day after the twelfth."
            )
            yield RowFault(locator=f"statement {self._ordinal}", code="date_order_assumed", detail=detail)

    def rows_of(self, record: Record) -> Iterator[StatementPart]:
        self._rows += 1
        locator = f"statement {self._ordinal}, row {self._rows}, line {record.line}"
        if not record.is_whole:
            detail = "The row has no end (^), so that its values may be cut off."
            yield RowFault(locator=locator, code="row_cut_off", detail=detail)
            return
        try:
            yield from self._movements(record, locator)
        except RowFaultError as fault:
            yield RowFault(locator=locator, code=fault.code, detail=fault.detail)

    def _movements(self, record: Record, locator: str) -> list[Movement]:
        if self._kind is AccountType.BROKERAGE:
            return list(investment_rows(record, self._survey, locator))
        row = bank_row(record, self._survey, self._kind, locator)
        # Quicken begins a register with its balance, as a transfer from the account itself.
        if row.description.casefold() != "opening balance" or not record.fields().get("L", "").startswith("["):
            return [row]
        self._rows -= 1
        self._opening = StatedBalance(amount=row.amount, as_of=datetime.combine(row.booked_on, time(), UTC))
        return []

    def closed(self) -> StatementClosed:
        return StatementClosed(opening=self._opening)
