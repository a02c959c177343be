"""Where a row of the ledger comes from."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class SourceKind(StrEnum):
    IMPORT = "import"
    ACCOUNT_SYNC = "account_sync"
    HOLDINGS_SYNC = "holdings_sync"
    MANUAL_SYNC = "manual_sync"
    SCHEDULED_SYNC = "scheduled_sync"
    INITIAL_CONNECTION = "initial_connection"
    MANUAL = "manual"

    @property
    def is_sync(self) -> bool:
        """Whether an institution was asked; else somebody brought a file, or said so."""
        return self not in {SourceKind.IMPORT, SourceKind.MANUAL}


READ = tuple(kind for kind in SourceKind if kind is not SourceKind.MANUAL)  # what tells rows and balances


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """One import or one sync."""

    kind: SourceKind
    id: UUID
