"""Reading statement files."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import BinaryIO, Protocol

from app.domain.imports.csv_mapping import CsvMapping
from app.domain.imports.statement import StatementPart
from app.domain.imports.statement_format import StatementFormat


class StatementReader(Protocol):
    """One file format. Registered by being a public class of a module in `infrastructure/statements`."""

    about: StatementFormat

    def recognises(self, head: bytes) -> bool:
        """Whether the first 4 KiB look like this format, whatever the file is called."""

    def read(self, source: BinaryIO) -> Iterator[StatementPart]:
        """Yield the file's statements part by part, in time linear in its size and bounded memory.

        `source` is seekable, read from where it stands and left open. A faulty row is a `RowFault`; a file that is no
        statement, is cut off or breaks a limit raises `StatementRefusedError`, and no other exception leaves.
        """


class StatementFiles(Protocol):
    """Finds the reader for a file and runs it outside the event loop."""

    async def open(
        self, source: BinaryIO, mapping: CsvMapping | None = None
    ) -> tuple[str, AsyncIterator[Sequence[StatementPart]]]:
        """The format's code and the parts in batches. Raises `StatementRefusedError`, here or while iterating.

        With a mapping the file is CSV and read as that says, else its content decides.
        """

    def formats(self) -> Sequence[StatementFormat]:
        """All formats that are read."""
