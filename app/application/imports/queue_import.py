"""Have a worker import a statement file: for large files, and for those who do not want to wait."""

from typing import BinaryIO

from app.application.imports.views import ImportView
from app.application.registry import Command, command
from app.application.services.import_mappings import ImportMappings
from app.application.services.ownership import OwnershipVerifier
from app.core.clock import Clock
from app.core.ids import AccountId, ImportId, uuid7
from app.core.result import Failure, Result, Success
from app.domain.events.import_jobs import FileImportQueueingSucceeded
from app.domain.identity.actor import Actor
from app.domain.imports.import_job import ImportJob
from app.domain.imports.statement import StatementRefusedError
from app.domain.imports.statement_import import ImportState, StatementImport
from app.domain.protocols.events import EventLog
from app.domain.protocols.import_jobs import ImportJobs
from app.domain.protocols.imports import ImportRepository
from app.domain.protocols.statements import StatementFiles


class QueueImport(Command[ImportView]):
    """As `ImportStatement`; what can be refused at a glance is refused at once."""

    file_name: str
    source: BinaryIO
    account_id: AccountId | None = None
    mapping: str | None = None


@command(QueueImport, workflow=FileImportQueueingSucceeded)
class QueueImportHandler:
    files: StatementFiles
    mappings: ImportMappings
    imports: ImportRepository
    jobs: ImportJobs
    ownership: OwnershipVerifier
    events: EventLog
    actor: Actor
    clock: Clock

    async def __call__(self, message: QueueImport) -> Result[ImportView]:
        if message.account_id:
            owned = await self.ownership.account(message.account_id)
            if isinstance(owned, Failure):
                return owned
        mapping = await self.mappings.named(message.mapping)
        if isinstance(mapping, Failure):
            return mapping
        try:
            name, _ = await self.files.open(message.source, mapping.value)
        except StatementRefusedError as refused:
            return Failure(refused.error)
        queued = self._queued(message.file_name, name)
        await self.imports.add(queued)
        job = ImportJob(
            import_id=queued.id,
            user_id=queued.user_id,
            file_name=message.file_name,
            account_id=message.account_id,
            mapping=mapping.value,
        )
        await self.jobs.queue(job, message.source)
        await self.events.append(
            FileImportQueueingSucceeded(user_id=job.user_id, import_id=job.import_id, file_name=job.file_name)
        )
        return Success(ImportView.of(queued))

    def _queued(self, file_name: str, name: str) -> StatementImport:
        return StatementImport(
            id=ImportId(uuid7()),
            user_id=self.actor.person,
            state=ImportState.QUEUED,
            format=name,
            file_name=file_name,
            accounts=(),
            faults=(),
            created_at=self.clock.now(),
            finished_at=None,
        )
