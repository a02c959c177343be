"""An import: what came of one uploaded statement file."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.ids import AccountId, ImportId, UserId
from app.domain.imports.balance_proof import BalanceProof
from app.domain.imports.statement import RowFault


class ImportState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeCounts:
    """What a merge did to one account: rows added, that stood there already, that changed, that were taken back."""

    new: int = 0
    duplicate: int = 0
    corrected: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedAccount:
    """What a file did to one account."""

    account_id: AccountId
    created: bool
    counts: MergeCounts
    balance_proof: BalanceProof | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementImport:
    id: ImportId
    user_id: UserId
    state: ImportState
    format: str
    file_name: str
    accounts: tuple[ImportedAccount, ...]
    faults: tuple[RowFault, ...]
    created_at: datetime
    finished_at: datetime | None
