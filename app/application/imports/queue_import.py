"""Have a worker import a statement file: for large files, and for those who do not want to wait."""

from app.application.imports.sent_file import SentFile
from app.application.imports.views import ImportView
from app.application.registry import Command, command
from app.application.services.import_mappings import ImportMappings
from app.application.services.ownership import OwnershipVerifier
from app.core.clock import Clock
from app.core.result import Failure, Result, Success
from app.domain.events.import_jobs import FileImportQueueingSucceeded
from app.domain.imports.import_job import ImportJob
from app.domain.imports.statement import StatementRefusedError
from app.domain.imports.statement_import import ImportState, StatementImport
from app.domain.protocols.events import EventLog
from app.domain.protocols.import_jobs import ImportJobs
from app.domain.protocols.imports import ImportRepository
from app.domain.protocols.statements import StatementFiles


class QueueImport(SentFile, Command[ImportView]):
    """As `ImportStatement`; what can be refused at a glance is refused at once."""


@command(QueueImport, workflow=FileImportQueueingSucceeded)
class QueueImportHandler:
    files: StatementFiles
    mappings: ImportMappings
    imports: ImportRepository
    jobs: ImportJobs
    ownership: OwnershipVerifier
    events: EventLog
    clock: Clock

    async def __call__(self, message: QueueImport) -> Result[ImportView]:
        if message.account_id:
            owned = await self.ownership.account(message.account_id)
            if isinstance(owned, Failure):
                return owned
        made = await self.mappings.job(message)
        if isinstance(made, Failure):
            return made
        job = made.value
        try:
            name, _ = await self.files.open(message.source, job.mapping)
        except StatementRefusedError as refused:
            return Failure(refused.error)
        queued = self._queued(job, name)
        await self.imports.add(queued)
        await self.jobs.queue(job, message.source)
        await self.events.append(
            FileImportQueueingSucceeded(user_id=job.user_id, import_id=job.import_id, file_name=job.file_name)
        )
        return Success(ImportView.of(queued))

    def _queued(self, job: ImportJob, name: str) -> StatementImport:
        return StatementImport(
            id=job.import_id,
            user_id=job.user_id,
            state=ImportState.QUEUED,
            format=name,
            file_name=job.file_name,
            accounts=(),
            faults=(),
            created_at=self.clock.now(),
            finished_at=None,
        )
