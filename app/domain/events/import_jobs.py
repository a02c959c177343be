"""What happens to statement files that a worker imports."""

from app.core.ids import ImportId, UserId
from app.domain.events.registry import Personal, Phase, event, workflow


@workflow("file_import_queueing", {"file_name": Personal}, audit_action="file_import_queued")
class FileImportQueueingSucceeded:
    user_id: UserId
    import_id: ImportId
    file_name: Personal


@workflow("file_import_run", {"import_id": ImportId}, audit_action="file_import_run_succeeded")
class FileImportRunSucceeded:
    import_id: ImportId


@event("file_import_progress", Phase.OCCURRED, audit_action=None)
class FileImportProgressOccurred:
    """A worker has read so many rows of the file."""

    user_id: UserId
    import_id: ImportId
    rows: int
