"""What the API shows of imports, and the port that reads them."""

from datetime import datetime
from typing import Protocol, Self
from uuid import UUID

from msgspec import UNSET

from app.application.registry import Immutable
from app.application.views import TotalCount
from app.core.ids import ImportId, UserId
from app.core.paging import Rows, Window
from app.domain.imports.statement_import import ImportState, StatementImport


class ImportedAccountView(Immutable):
    """What the file did to one account. `balance_proof` is null where the file states no opening balance."""

    account_id: UUID
    created: bool
    transactions_new: int
    transactions_duplicate: int
    transactions_corrected: int
    balance_proof: None


class ImportFault(Immutable):
    """A row that was not taken: where it stands, why, in words."""

    locator: str
    code: str
    detail: str


class ImportView(Immutable):
    id: UUID
    state: ImportState
    format: str
    file_name: str
    accounts: list[ImportedAccountView]
    errors: list[ImportFault]
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, done: StatementImport) -> Self:
        return cls(
            id=done.id,
            state=done.state,
            format=done.format,
            file_name=done.file_name,
            accounts=[
                ImportedAccountView(
                    account_id=account.account_id,
                    created=account.created,
                    transactions_new=account.counts.new,
                    transactions_duplicate=account.counts.duplicate,
                    transactions_corrected=account.counts.corrected,
                    balance_proof=None,
                )
                for account in done.accounts
            ],
            errors=[ImportFault(locator=fault.locator, code=fault.code, detail=fault.detail) for fault in done.faults],
            created_at=done.created_at,
            finished_at=done.finished_at,
        )


class ImportPage(Immutable):
    imports: list[ImportView]
    has_more: bool
    next_cursor: str | None
    total_count: TotalCount = UNSET


class ImportReader(Protocol):
    """Reads imports for answers: one statement each, the owner in its WHERE clause."""

    async def imports(self, user_id: UserId, window: Window) -> Rows:
        """The user's imports as JSON of `ImportView`, newest first."""

    async def statement_import(self, user_id: UserId, import_id: ImportId) -> bytes | None:
        """One import as JSON of `ImportView`; None if there is none or it is somebody else's."""
