"""A statement file that somebody sent."""

from dataclasses import dataclass
from typing import BinaryIO, Self

from app.core.ids import AccountId, ImportId
from app.domain.imports.csv_mapping import CsvMapping
from app.domain.imports.import_job import ImportJob

FILE_NAME_LENGTH_MAX = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFile:
    """`source` is read from its start and left open; without `account_id` each statement names its account."""

    import_id: ImportId
    file_name: str
    source: BinaryIO
    account_id: AccountId | None = None
    mapping: CsvMapping | None = None

    @classmethod
    def of(cls, job: ImportJob, source: BinaryIO) -> Self:
        return cls(
            import_id=job.import_id,
            file_name=job.file_name,
            source=source,
            account_id=job.account_id,
            mapping=job.mapping,
        )


def printable(name: str) -> str:
    """A file's name as it may be stored and shown; nothing is ever opened by it."""
    return "".join(character for character in name if character.isprintable())[-FILE_NAME_LENGTH_MAX:]
