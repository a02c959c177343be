"""CSV as rows of cells, wherever its headings stand.

Promises: rows with the line they begin on; UTF-16 or UTF-8 by its mark or bytes, else Windows-1252. Costs: one pass;
memory of a row. Refuses: what `text_lines` refuses, and what the csv module cannot take.
"""

import csv
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice
from typing import BinaryIO

from app.domain.imports.statement import StatementRefusedError, StatementUnreadable
from app.infrastructure.statements.text_encoding import CHUNK_BYTES, decoded_text, text_lines, utf16_kind

HEADINGS_WITHIN = 20
DELIMITERS = ",;\t|"

type Row = tuple[int, list[str]]


def rows(source: BinaryIO, delimiter: str | None, chunk_bytes: int = CHUNK_BYTES) -> Iterator[Row]:
    """Yield (line, cells); without a delimiter, the one the first lines have most of."""
    lines = text_lines(source, chunk_bytes)
    start = list(islice(lines, HEADINGS_WITHIN))
    reader = csv.reader(chain(start, lines), delimiter=delimiter or delimiter_of(start))
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        detail = f"The row on line {line} is no CSV: {error}."
        raise StatementRefusedError(StatementUnreadable(detail=detail)) from None


def text_of_head(head: bytes) -> str:
    """The head as text, whole lines alone."""
    return head.decode(kind, "replace").removeprefix("\ufeff") if (kind := utf16_kind(head)) else decoded_text(head)


def first_rows(head: bytes, delimiter: str) -> list[list[str]]:
    """The cells of the first lines, as far as they are CSV."""
    found: list[list[str]] = []
    reader = csv.reader(text_of_head(head).splitlines(), delimiter=delimiter)
    with suppress(csv.Error):
        found.extend(islice(reader, HEADINGS_WITHIN))
    return found


def delimiter_of(lines: list[str]) -> str:
    """The delimiter of the line that has most of one."""
    return max(DELIMITERS, key=lambda delimiter: max((line.count(delimiter) for line in lines), default=0))
