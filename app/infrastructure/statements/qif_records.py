"""QIF as records: the lines between two `^`, each a letter and its value.

Promises: records in their order with the line they begin on, and each heading (`!Type:Bank`) as a record of its own.
Costs: one pass; memory of a record. Refuses: a record of more than `RECORD_LINES_MAX` lines, and what `text_lines`
refuses.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from app.domain.imports.statement import StatementRefusedError, StatementUnreadable
from app.infrastructure.statements.text_encoding import text_lines

RECORD_LINES_MAX = 2000


@dataclass(slots=True)
class Record:
    """`lines` are without their ends; `is_whole` is false for one that another heading or the file's end cuts off."""

    line: int
    lines: list[str]
    is_whole: bool = True

    def fields(self) -> dict[str, str]:
        """The values by their letters; of a letter that is there again, the last."""
        return {line[0]: line[1:].strip() for line in self.lines}


def records(source: BinaryIO, chunk_bytes: int) -> Iterator[Record]:
    record = Record(0, [])
    for number, line in enumerate(text_lines(source, chunk_bytes), 1):
        if line[0] == "^":
            if record.lines:
                yield record
                record = Record(0, [])
        elif line[0] == "!":
            if record.lines:
                record.is_whole = False
                yield record
                record = Record(0, [])
            yield Record(number, [line.strip()])
        elif line.strip():
            record.line = record.line or number
            record.lines.append(line.rstrip())
            if len(record.lines) > RECORD_LINES_MAX:
                detail = f"The record on line {record.line} has more than {RECORD_LINES_MAX} lines, and no end (^)."
                raise StatementRefusedError(StatementUnreadable(detail=detail))
    if record.lines:
        record.is_whole = False
        yield record
