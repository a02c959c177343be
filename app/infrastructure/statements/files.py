"""Statement files, read in a thread and handed over in batches."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from app.domain.imports.csv_mapping import CsvMapping
from app.domain.imports.statement import StatementPart
from app.domain.imports.statement_format import StatementFormat
from app.infrastructure.statements.csv_reader import CsvReader
from app.infrastructure.statements.registry import reader_for, readers

HEAD_BYTES = 4_096
BATCH = 2_000


class ThreadedStatementFiles:
    """Implements `StatementFiles`."""

    async def open(
        self, source: BinaryIO, mapping: CsvMapping | None = None
    ) -> tuple[str, AsyncIterator[Sequence[StatementPart]]]:
        source.seek(0)
        head = await asyncio.to_thread(source.read, HEAD_BYTES)
        source.seek(0)
        reader = CsvReader(mapping) if mapping else reader_for(head)
        return reader.about.code, batches(reader.read(source))

    def formats(self) -> Sequence[StatementFormat]:
        return [reader.about for reader in readers()]


async def batches(parts: Iterator[StatementPart]) -> AsyncIterator[Sequence[StatementPart]]:
    """Read on while a batch is worked upon: the database takes one as the next is parsed."""

    def following() -> asyncio.Task[list[StatementPart]]:
        return asyncio.create_task(asyncio.to_thread(lambda: list(islice(parts, BATCH))))

    reading = following()
    try:
        while batch := await reading:
            reading = following()
            yield batch
    finally:
        await asyncio.gather(reading, return_exceptions=True)  # nothing reads the file once we are done with it
