"""What the API says of an import that was undone."""

from typing import Self
from uuid import UUID

from app.application.fields import Count
from app.application.registry import Immutable
from app.domain.imports.statement_import import ImportState
from app.domain.ledger.source import SourceKind
from app.domain.protocols.ledger import KeptRow, ReleasedAccounts, RowsTakenBack


class KeptTransaction(Immutable):
    """A transaction that stays since this import or sync told it after the undone one."""

    transaction_id: UUID
    account_id: UUID
    import_id: UUID | None
    sync_id: UUID | None

    @classmethod
    def of(cls, row: KeptRow) -> Self:
        is_file = row.source.kind is SourceKind.IMPORT
        return cls(
            transaction_id=row.transaction_id,
            account_id=row.account_id,
            import_id=row.source.id if is_file else None,
            sync_id=None if is_file else row.source.id,
        )


class ImportUndoneView(Immutable):
    """What undoing did. `kept` names the first hundred of `transactions_kept`."""

    id: UUID
    state: ImportState
    transactions_removed: Count
    transactions_restored: Count
    transactions_kept: Count
    kept: list[KeptTransaction]
    accounts_removed: list[UUID]
    accounts_kept: list[UUID]

    @classmethod
    def of(cls, import_id: UUID, rows: RowsTakenBack, accounts: ReleasedAccounts) -> Self:
        return cls(
            id=import_id,
            state=ImportState.UNDONE,
            transactions_removed=rows.removed,
            transactions_restored=rows.restored,
            transactions_kept=rows.kept,
            kept=[KeptTransaction.of(row) for row in rows.kept_rows],
            accounts_removed=[*accounts.removed],
            accounts_kept=[*accounts.kept],
        )
