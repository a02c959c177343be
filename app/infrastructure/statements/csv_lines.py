"""CSV as rows of cells, wherever its headings stand.

Promises: rows with the line they begin on; UTF-16 or UTF-8 by its mark or bytes, else Windows-1252. Costs: one pass;
memory of a row. Refuses: a row of more than `ROW_CHARACTERS_MAX`, and what the csv module cannot take.
"""

import codecs
import csv
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import BinaryIO

from app.domain.imports.statement import StatementRefusedError, StatementUnreadable
from app.infrastructure.statements.text_encoding import decoded_text, head_of, utf8_chunks, utf16_kind

CHUNK_BYTES = 64 * 1024
ROW_CHARACTERS_MAX = 64 * 1024
HEADINGS_WITHIN = 20
DELIMITERS = ",;\t|"

type Row = tuple[int, list[str]]


def rows(source: BinaryIO, delimiter: str | None, chunk_bytes: int = CHUNK_BYTES) -> Iterator[Row]:
    """Yield (line, cells); without a delimiter, the one the first lines have most of."""
    head = head_of(source)
    lines = _lines(utf8_chunks(head, source, chunk_bytes))
    reader = csv.reader(lines, delimiter=delimiter or delimiter_of(text_of_head(head)))
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
    text = head.decode(kind, "replace") if (kind := utf16_kind(head)) else decoded_text(head)
    return text.removeprefix("\ufeff")


def first_rows(head: bytes, delimiter: str) -> list[list[str]]:
    """The cells of the first lines, as far as they are CSV."""
    found: list[list[str]] = []
    reader = csv.reader(text_of_head(head).splitlines(), delimiter=delimiter)
    with suppress(csv.Error):
        found.extend(islice(reader, HEADINGS_WITHIN))
    return found


def delimiter_of(head: str) -> str:
    """The delimiter of the line that has most of one."""
    lines = head.splitlines()[:HEADINGS_WITHIN]
    return max(DELIMITERS, key=lambda delimiter: max((line.count(delimiter) for line in lines), default=0))


def _lines(chunks: Iterator[bytes]) -> Iterator[str]:
    held = b""
    for chunk in chunks:
        *whole, held = (held + chunk).split(b"\n")
        for line in whole:
            yield from _physical(line + b"\n")
        if len(held) > ROW_CHARACTERS_MAX:
            detail = f"The file holds a line of more than {ROW_CHARACTERS_MAX} bytes; it is damaged or no statement."
            raise StatementRefusedError(StatementUnreadable(detail=detail))
    if held:
        yield from _physical(held)


def _physical(line: bytes) -> list[str]:
    """A line, or several where carriage returns alone end them."""
    text = decoded_text(line.removeprefix(codecs.BOM_UTF8))
    return text.replace("\r\n", "\n").replace("\r", "\n").splitlines(keepends=True) if "\r" in text else [text]
