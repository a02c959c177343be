"""What happens to statement files that a worker imports."""

from app.core.ids import ImportId, UserId
from app.domain.events.registry import Fact, Personal, Phase, event

FILE_IMPORT_QUEUEING = "file_import_queueing"
FILE_IMPORT_RUN = "file_import_run"


@event(FILE_IMPORT_QUEUEING, Phase.ATTEMPTED, audit_action="file_import_queueing_attempted")
class FileImportQueueingAttempted:
    file_name: Personal


@event(FILE_IMPORT_QUEUEING, Phase.SUCCEEDED, audit_action="file_import_queued")
class FileImportQueueingSucceeded:
    user_id: UserId
    import_id: ImportId
    file_name: Personal


@event(FILE_IMPORT_QUEUEING, Phase.FAILED, audit_action="file_import_queueing_failed")
class FileImportQueueingFailed:
    file_name: Personal
    reason: Fact


@event(FILE_IMPORT_RUN, Phase.ATTEMPTED, audit_action="file_import_run_attempted")
class FileImportRunAttempted:
    import_id: ImportId


@event(FILE_IMPORT_RUN, Phase.SUCCEEDED, audit_action="file_import_run_succeeded")
class FileImportRunSucceeded:
    import_id: ImportId


@event(FILE_IMPORT_RUN, Phase.FAILED, audit_action="file_import_run_failed")
class FileImportRunFailed:
    import_id: ImportId
    reason: Fact


@event("file_import_progress", Phase.OCCURRED, audit_action=None)
class FileImportProgressOccurred:
    """A worker has read so many rows of the file."""

    user_id: UserId
    import_id: ImportId
    rows: int
