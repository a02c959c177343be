"""An import to be done."""

from dataclasses import dataclass

from app.core.ids import AccountId, ImportId, UserId
from app.domain.imports.csv_mapping import CsvMapping

FILE_NAME_LENGTH_MAX = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob:
    """What is known of it beside the file; `mapping` is as it was saved when the file was sent."""

    import_id: ImportId
    user_id: UserId
    file_name: str
    account_id: AccountId | None
    mapping: CsvMapping | None


def printable(name: str) -> str:
    """A file's name as it may be stored and shown; nothing is ever opened by it."""
    return "".join(character for character in name if character.isprintable())[-FILE_NAME_LENGTH_MAX:]
