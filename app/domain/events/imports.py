"""What happens to statement files."""

from typing import Self

from app.core.ids import ImportId, UserId
from app.domain.events.registry import Fact, Personal, workflow
from app.domain.imports.statement_import import StatementImport


@workflow("file_import", {"file_name": Personal}, audit_action="file_import_succeeded")
class FileImportSucceeded:
    user_id: UserId
    import_id: ImportId
    file_name: Personal
    format: Fact
    accounts: int
    transactions_new: int
    transactions_duplicate: int
    faults: int

    @classmethod
    def of(cls, done: StatementImport) -> Self:
        return cls(
            user_id=done.user_id,
            import_id=done.id,
            file_name=done.file_name,
            format=done.format,
            accounts=len(done.accounts),
            transactions_new=sum(account.counts.new for account in done.accounts),
            transactions_duplicate=sum(account.counts.duplicate for account in done.accounts),
            faults=len(done.faults),
        )


@workflow("import_undo", {"import_id": ImportId}, audit_action="import_undo_succeeded")
class ImportUndoSucceeded:
    user_id: UserId
    import_id: ImportId
    transactions_removed: int
    transactions_restored: int
    transactions_kept: int
