"""A statement file that was read already."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from app.core.errors import DomainError
from app.domain.imports.csv_mapping import CsvMapping
from app.domain.imports.statement import StatementPart, StatementRefusedError
from app.domain.imports.statement_format import StatementFormat


@dataclass
class FakeStatementFiles:
    """Implements `StatementFiles`: hands out its parts in batches, then refuses the file if it is told to."""

    parts: Sequence[StatementPart]
    batch: int = 2
    refusal: DomainError | None = None
    format: str = "fake"

    async def open(
        self, source: BinaryIO, mapping: CsvMapping | None = None
    ) -> tuple[str, AsyncIterator[Sequence[StatementPart]]]:
        source.seek(0)
        return "csv" if mapping else self.format, self._batches()

    def formats(self) -> Sequence[StatementFormat]:
        return [StatementFormat(code="fake", name="Fake", suffixes=(".fake",))]

    async def _batches(self) -> AsyncIterator[Sequence[StatementPart]]:
        for start in range(0, len(self.parts), self.batch):
            yield self.parts[start : start + self.batch]
        if self.refusal:
            raise StatementRefusedError(self.refusal)
