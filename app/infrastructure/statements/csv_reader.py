"""CSV files of banks: those of a preset by their headings, any other by its owner's mapping.

Promises: every row between the headings and the footer as a movement or a fault; rows of several accounts or
currencies as a statement each. Costs: one pass, two where dates are as the customer writes them; memory of a row, or of
the file's rows where a column names account or currency, at most `GROUPED_ROWS_MAX`.
Refuses: a file whose headings are not found within `HEADINGS_WITHIN` lines or lack a mapped column.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import BinaryIO

from app.domain.imports.csv_mapping import CsvMapping
from app.domain.imports.statement import Movement, RowFault, StatementPart, refused
from app.domain.imports.statement_format import StatementFormat
from app.infrastructure.statements import csv_positions
from app.infrastructure.statements.csv_lines import DELIMITERS, HEADINGS_WITHIN, Row, first_rows, rows
from app.infrastructure.statements.csv_preset import CsvPreset
from app.infrastructure.statements.csv_presets import PRESETS
from app.infrastructure.statements.csv_rows import CsvColumns, heading_key
from app.infrastructure.statements.csv_statement import CsvStatement
from app.infrastructure.statements.date_orders import DateOrders
from app.infrastructure.statements.text_encoding import CHUNK_BYTES

GROUPED_ROWS_MAX = 250_000


class CsvReader:
    """Without a mapping, the presets."""

    about = StatementFormat(
        code="csv",
        name="CSV",
        suffixes=(".csv", ".tsv", ".txt"),
        presets=tuple(sorted((*(preset.name for preset in PRESETS), csv_positions.NAME))),
    )

    def __init__(self, mapping: CsvMapping | None = None, chunk_bytes: int = CHUNK_BYTES) -> None:
        self._mapping = mapping
        self._chunk_bytes = chunk_bytes

    def recognises(self, head: bytes) -> bool:
        found = (cells for delimiter in DELIMITERS for cells in first_rows(head, delimiter))
        return any(csv_positions.are_headings(cells) or _preset_of(cells) for cells in found)

    def read(self, source: BinaryIO) -> Iterator[StatementPart]:
        begins_at = source.tell()
        read = rows(source, self._mapping.delimiter if self._mapping else None, self._chunk_bytes)
        if self._mapping:
            headings = _headings_of(self._mapping, read) if self._mapping.has_headings else None
            _skip(read, 0 if self._mapping.has_headings else self._mapping.skip_lines)
            yield from _statements(CsvColumns.of(self._mapping, headings, None), read)
            return
        start = list(islice(read, HEADINGS_WITHIN))
        for index, (_, cells) in enumerate(start):
            if csv_positions.are_headings(cells):
                yield from csv_positions.parts_of(chain(start, read))
                return
            if preset := _preset_of(cells):
                columns = CsvColumns.of(preset.mapping, cells, preset)
                if preset.has_local_dates:
                    _learn_dates(columns, chain(start[index + 1 :], read))
                    source.seek(begins_at)
                    read = rows(source, None, self._chunk_bytes)
                    start = list(islice(read, HEADINGS_WITHIN))
                yield from _statements(columns, chain(start[index + 1 :], read))
                return
        raise refused(
            f"The first {HEADINGS_WITHIN} lines hold no headings Dashtam knows. Save a mapping that names the columns"
            " and send it with the file."
        )


def _learn_dates(columns: CsvColumns, read: Iterator[Row]) -> None:
    """Take the order of dates from all rows."""
    dates = DateOrders()
    for _, cells in read:
        if not columns.is_no_row(cells):
            dates.see(columns.cell(cells, "date"))
    columns.mapping = replace(columns.mapping, date_order=dates.order(columns.mapping.date_order))


def _preset_of(cells: list[str]) -> CsvPreset | None:
    """The preset that asks for most of these headings."""
    headings = {heading_key(cell.removeprefix("\ufeff")) for cell in cells}
    fitting = [preset for preset in PRESETS if preset.headings <= headings]
    return max(fitting, key=lambda preset: len(preset.headings), default=None)


def _headings_of(mapping: CsvMapping, read: Iterator[Row]) -> list[str]:
    """The first row behind the skipped lines that has the date's column."""
    cells: list[str] = []
    for line, cells in islice(read, mapping.skip_lines + HEADINGS_WITHIN):
        if line > mapping.skip_lines and heading_key(mapping.date) in map(heading_key, cells):
            return cells
    raise refused(f"The file has no headings with the date's column {mapping.date!r} of the mapping.")


def _skip(read: Iterator[Row], lines: int) -> None:
    for _ in islice(read, lines):
        pass


def _statements(columns: CsvColumns, read: Iterator[Row]) -> Iterator[StatementPart]:
    kind, institution = columns.mapping.account_type, columns.preset.institution if columns.preset else None
    if not columns.places.keys() & {"account_number", "currency_code"}:
        statement = CsvStatement(1, *columns.account([]))
        yield statement.opened(kind, institution, columns.layout)
        yield from _rows(statement, columns, read)
        yield statement.closed()
        return
    groups: dict[tuple[str | None, str], list[Row]] = {}
    for count, (line, cells) in enumerate(read):
        if count >= GROUPED_ROWS_MAX:
            raise refused(f"The file holds more than {GROUPED_ROWS_MAX} rows of several accounts. Split it.")
        if not columns.is_no_row(cells):
            groups.setdefault(columns.account(cells), []).append((line, cells))
    if not groups:
        raise refused("The file has headings and no rows.")
    for number, (account, grouped) in enumerate(groups.items(), 1):
        statement = CsvStatement(number, *account)
        yield statement.opened(kind, institution, columns.layout)
        yield from _rows(statement, columns, iter(grouped))
        yield statement.closed()


def _rows(statement: CsvStatement, columns: CsvColumns, read: Iterator[Row]) -> Iterator[Movement | RowFault]:
    for line, cells in read:
        if not columns.is_no_row(cells):
            statement.rows += 1
            row = columns.row(cells, f"statement {statement.ordinal}, row {statement.rows}, line {line}")
            if isinstance(row, Movement):
                statement.take(row)
            yield row
