"""ISO 20022 statements (CAMT.053), reports within the day (052) and notifications (054), of every version.

Promises: every statement of the file, and every entry in it as movements or a fault, whatever the version, as elements
count by their local names. Costs: one pass; memory of an entry.
Refuses: a file without a statement; an entry outside any; a file that is cut off or no well-formed XML, naming the
line; DTDs, entities, deep nesting and more statements than `STATEMENTS_MAX`.
"""

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from app.domain.imports.statement import StatementPart, refused
from app.domain.imports.statement_format import StatementFormat
from app.infrastructure.statements.camt_markup import pieces
from app.infrastructure.statements.camt_rows import currency_of_entry, rows_of
from app.infrastructure.statements.camt_skeleton import MESSAGES, CamtSkeleton
from app.infrastructure.statements.text_encoding import CHUNK_BYTES, head_text

_SIGNATURE = re.compile(rf":camt\.05[234]\.|<(?:[\w.\-]++:)?+(?:{'|'.join(MESSAGES)})(?:V\d\d)?[\s>]")


class CamtReader:
    """Reads CAMT.052, CAMT.053 and CAMT.054."""

    about = StatementFormat(code="camt", name="CAMT.052, CAMT.053 and CAMT.054", suffixes=(".xml", ".camt", ".c53"))

    def __init__(self, chunk_bytes: int = CHUNK_BYTES) -> None:
        self._chunk_bytes = chunk_bytes

    def recognises(self, head: bytes) -> bool:
        return _SIGNATURE.search(head_text(head)) is not None

    def read(self, source: BinaryIO) -> Iterator[StatementPart]:
        skeleton = CamtSkeleton()
        for line, text, is_entry in pieces(source, self._chunk_bytes):
            if is_entry:
                yield from _entry(skeleton, line, text)
            else:
                skeleton.feed(line, text)
                if skeleton.ended:
                    yield from _ended(skeleton)
        skeleton.feed(0, "", is_last=True)
        if not skeleton.statements:
            raise refused("The file holds no statement (Stmt), report (Rpt) or notification (Ntfctn).")


def _entry(skeleton: CamtSkeleton, line: int, text: str) -> Sequence[StatementPart]:
    statement = skeleton.statement
    if statement is None:
        raise refused(f"The entry on line {line} stands outside any statement, so its account is unknown.")
    opened = [] if statement.is_opened else [statement.opened(currency_of_entry(text))]
    statement.rows += 1
    rows = rows_of(text, statement, f"statement {statement.ordinal}, row {statement.rows}, line {line}")
    return [*opened, *rows] if opened else rows


def _ended(skeleton: CamtSkeleton) -> Iterator[StatementPart]:
    for statement in skeleton.ended:
        if not statement.is_opened:
            yield statement.opened("")
        yield statement.closed()
    skeleton.ended.clear()
