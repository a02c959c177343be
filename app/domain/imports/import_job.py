"""An import that a worker does."""

from dataclasses import dataclass

from app.core.ids import AccountId, ImportId, UserId
from app.domain.imports.csv_mapping import CsvMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob:
    """What is known of it beside the file; `mapping` is as it was saved when the file was sent."""

    import_id: ImportId
    user_id: UserId
    file_name: str
    account_id: AccountId | None
    mapping: CsvMapping | None
