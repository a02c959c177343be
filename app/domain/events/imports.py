"""What happens to statement files."""

from typing import Self

from app.core.ids import ImportId, UserId
from app.domain.events.registry import Fact, Personal, Phase, event
from app.domain.imports.statement_import import StatementImport

FILE_IMPORT = "file_import"
IMPORT_UNDO = "import_undo"


@event(FILE_IMPORT, Phase.ATTEMPTED, audit_action="file_import_attempted")
class FileImportAttempted:
    file_name: Personal


@event(FILE_IMPORT, Phase.SUCCEEDED, audit_action="file_import_succeeded")
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


@event(FILE_IMPORT, Phase.FAILED, audit_action="file_import_failed")
class FileImportFailed:
    file_name: Personal
    reason: Fact


@event(IMPORT_UNDO, Phase.ATTEMPTED, audit_action="import_undo_attempted")
class ImportUndoAttempted:
    import_id: ImportId


@event(IMPORT_UNDO, Phase.SUCCEEDED, audit_action="import_undo_succeeded")
class ImportUndoSucceeded:
    user_id: UserId
    import_id: ImportId
    transactions_removed: int
    transactions_restored: int
    transactions_kept: int


@event(IMPORT_UNDO, Phase.FAILED, audit_action="import_undo_failed")
class ImportUndoFailed:
    import_id: ImportId
    reason: Fact
