"""OFX, QFX and QBO statements of banks, cards and brokers.

Promises: every statement of the file and every STMTTRN in it, as a movement or a fault; a file that is cut off is never
taken by half. Tags count for what they open, not for how they nest, as banks leave closing tags out or misplace them.
Where CURDEF is empty, as one New Zealand bank sends it, the currency of the first row stands in, else XXX, ISO 4217's
code for none. Trades and positions come as `ofx_investments` says.
Costs: one pass; memory of a few chunks, whatever the size of the file and however deep it nests; of at most so many
records as wait for their securities' names.
Refuses: a file without a statement, one that does not end with `</OFX>`, a row outside any statement, more statements
than `STATEMENTS_MAX`, and what `ofx_markup` refuses.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from app.domain.imports.statement import StatementPart, StatementRefusedError, refused
from app.domain.imports.statement_format import StatementFormat
from app.infrastructure.statements.ofx_investments import RECORD_FIELDS, RECORDS, Investments
from app.infrastructure.statements.ofx_rows import PENDING_ROW, ROW_FIELDS, OfxRow, whole_row
from app.infrastructure.statements.ofx_statement import SECTIONS, OfxStatement
from app.infrastructure.statements.ofx_tokens import runs, tokens_of
from app.infrastructure.statements.row_values import ID_CHARACTERS_MAX, text_of, written
from app.infrastructure.statements.text_encoding import CHUNK_BYTES, head_text

STATEMENTS_MAX = 1000

_SIGNATURE = re.compile(r"OFXHEADER\s*[:=]|DATA\s*:\s*OFXSGML|<\?OFX\s|<(?:[\w.\-]++:)?+OFX[\s>]", re.IGNORECASE)
_ROWS = frozenset({"STMTTRN", PENDING_ROW})
_STATEMENTS = frozenset({"STMTRS", "CCSTMTRS", "INVSTMTRS"})
_STATEMENT_ENDS = (
    {f"/{name}" for name in _STATEMENTS}
    | {"/STMTTRNRS", "/CCSTMTTRNRS", "/INVSTMTTRNRS", "/BANKMSGSRSV1", "/CREDITCARDMSGSRSV1", "/INVSTMTMSGSRSV1"}
    | {"OFX", "/OFX"}
)
_ROW_ENDS = (
    (_ROWS | _STATEMENTS | _STATEMENT_ENDS)
    | {"/STMTTRN", "/STMTTRNP", "/BANKTRANLIST", "/BANKTRANLISTP", "/INVTRANLIST"}
    | {"BANKTRANLIST", "BANKTRANLISTP", "INVTRANLIST", "LEDGERBAL", "AVAILBAL", "INVPOSLIST", "INVBAL", "SECLIST"}
    | RECORDS
)
_STRUCTURE = _STATEMENTS | _STATEMENT_ENDS | SECTIONS.keys() | {f"/{name}" for name in SECTIONS}


class OfxReader:
    """Reads OFX 1.x (SGML) and 2.x (XML)."""

    about = StatementFormat(code="ofx", name="OFX", suffixes=(".ofx", ".qfx", ".qbo"))

    def __init__(self, chunk_bytes: int = CHUNK_BYTES) -> None:
        self._chunk_bytes = chunk_bytes

    def recognises(self, head: bytes) -> bool:
        return _SIGNATURE.search(head_text(head)) is not None

    def read(self, source: BinaryIO) -> Iterator[StatementPart]:
        document = _Document()
        return document.investments.named(self._parts(document, source))

    def _parts(self, document: "_Document", source: BinaryIO) -> Iterator[StatementPart]:
        row: dict[str, str] | None = None  # the one that the reader is in
        row_line = 0
        for line, run in runs(source, self._chunk_bytes):
            if row is None and document.section != "pending" and (whole := whole_row(run)):
                yield from document.row(whole, line)
                continue
            for name, value in tokens_of(run):
                if row is not None:
                    if name in ROW_FIELDS:
                        row[name] = value
                        continue
                    if name not in _ROW_ENDS:
                        continue
                    yield from document.row(OfxRow(written(row), **row), row_line)
                    row = None
                if name in RECORDS:
                    yield from document.record_begins(name, line)
                elif name in _ROWS:
                    is_pending = name == PENDING_ROW or document.section == "pending"
                    row, row_line = {PENDING_ROW: ""} if is_pending else {}, line
                elif name in _STRUCTURE:
                    yield from document.structure(name)
                else:
                    document.value(name, value)
        document.ends(inside_row=row is not None)


class _Document:
    """Where in the file the reader is, and what the file said besides statements."""

    def __init__(self) -> None:
        self._statement: OfxStatement | None = None
        self._statements = 0
        self.section = ""
        self._institution: str | None = None
        self._status = ""
        self._problem = ""
        self._has_begun = False
        self._has_ended = False
        self.investments = Investments()
        self._record: dict[str, str] | None = None  # its kind under the empty name
        self._record_line = 0

    def record_begins(self, name: str, line: int) -> Iterator[StatementPart]:
        yield from self.record_ends()
        self._record, self._record_line = {"": name}, line

    def record_ends(self) -> Iterator[StatementPart]:
        record, self._record = self._record, None
        statement = self._statement
        if record is None:
            return
        if statement is not None and not statement.is_opened:
            yield statement.opened("")
        part = self.investments.part(record, *(statement.next_row(self._record_line) if statement else ("", "")))
        if statement is not None and part is not None:
            statement.count(part)
            yield part

    def structure(self, name: str) -> Iterator[StatementPart]:
        yield from self.record_ends()
        if name in _STATEMENTS or name in _STATEMENT_ENDS:
            yield from self._statement_ends()
        if name in _STATEMENTS:
            self._statement_begins(name)
        elif name == "OFX":
            self._begins()
        elif name == "/OFX":
            self._has_ended = self._has_begun
        self.section = SECTIONS.get(name, "")

    def row(self, row: OfxRow, line: int) -> Iterator[StatementPart]:
        if self._record is not None:
            yield from self.record_ends()
        if self._statement is None:
            raise refused(f"The transaction on line {line} stands outside any statement, so its account is unknown.")
        if not self._statement.is_opened:
            yield self._statement.opened(row.CURSYM or "")
        yield self._statement.row(row, line)

    def value(self, name: str, value: str) -> None:
        if self._record is not None and name in RECORD_FIELDS:
            self._record.setdefault(name, value)
        elif self.section == "status":
            self._status_value(name, value)
        elif self.section == "bank" and name == "ORG":
            self._institution = text_of(value, ID_CHARACTERS_MAX) or None
        elif self._statement is not None:
            self._statement.state(self.section, name, value)

    def ends(self, *, inside_row: bool) -> None:
        if not self._has_begun:
            raise refused("The file has no <OFX> element: it is no OFX statement.")
        if inside_row or self._statement is not None or not self._has_ended:
            raise self._cut_off()
        if not self._statements and self._problem:
            raise refused(f"The file holds no statement, as the bank answered with an error: {self._problem}")
        if not self._statements:
            raise refused("The file holds no statement of a bank account, card or investment account.")

    def _begins(self) -> None:
        if self._has_begun and not self._has_ended:
            raise self._cut_off()  # and another file follows in the same one
        self._has_begun, self._has_ended = True, False

    def _statement_begins(self, name: str) -> None:
        self._statements += 1
        if self._statements > STATEMENTS_MAX:
            raise refused(f"The file holds more than {STATEMENTS_MAX} statements.")
        self._statement = OfxStatement(self._statements, name, self._institution)

    def _statement_ends(self) -> Iterator[StatementPart]:
        statement, self._statement = self._statement, None
        if statement is not None:
            if not statement.is_opened:
                yield statement.opened("")
            yield statement.closed()

    def _status_value(self, name: str, value: str) -> None:
        if name == "CODE":
            self._status = value.strip()
        is_problem = self._status not in {"", "0"}
        if is_problem and name in {"CODE", "MESSAGE"}:
            self._problem = text_of(value, ID_CHARACTERS_MAX) if name == "MESSAGE" else f"status {self._status}"

    def _cut_off(self) -> StatementRefusedError:
        place = f" in or after statement {self._statements}" if self._statements else ""
        return refused(f"The file is cut off{place}: its closing </OFX> is missing. Download it again.")
