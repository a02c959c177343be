"""Import a statement file: every statement in it, whole or not at all.

Rows that cannot be read are answered as errors while the others go in.
"""

from typing import BinaryIO

from app.application.imports.policy import ImportPolicy
from app.application.imports.views import ImportView
from app.application.registry import Command, command
from app.application.services.ownership import OwnershipVerifier
from app.application.services.statement_booking import StatementBooking
from app.core.clock import Clock
from app.core.errors import DomainError
from app.core.ids import AccountId, ImportId, uuid7
from app.core.result import Failure, Result, Success
from app.domain.events.imports import FILE_IMPORT, FileImportSucceeded
from app.domain.identity.actor import Actor
from app.domain.imports.progress import ImportProgress
from app.domain.imports.statement import StatementRefusedError
from app.domain.imports.statement_import import ImportState, StatementImport
from app.domain.protocols.events import EventLog
from app.domain.protocols.imports import ImportRepository
from app.domain.protocols.statements import StatementFiles


class ImportStatement(Command[ImportView]):
    """`source` is read from its start and left open; without `account_id` each statement names its account."""

    file_name: str
    source: BinaryIO
    account_id: AccountId | None = None


@command(ImportStatement, workflow=FILE_IMPORT)
class ImportStatementHandler:
    files: StatementFiles
    booking: StatementBooking
    imports: ImportRepository
    ownership: OwnershipVerifier
    events: EventLog
    actor: Actor
    clock: Clock
    policy: ImportPolicy

    async def __call__(self, message: ImportStatement) -> Result[ImportView, DomainError]:
        if message.account_id:
            owned = await self.ownership.account(message.account_id)
            if isinstance(owned, Failure):
                return owned
        try:
            name, batches = await self.files.open(message.source)
            progress = ImportProgress(
                import_id=ImportId(uuid7()),
                format=name,
                started_at=self.clock.now(),
                chosen=message.account_id,
                faults_max=self.policy.row_faults_max,
            )
            async for batch in batches:
                await self.booking.take(progress, batch)
        except StatementRefusedError as refused:
            return Failure(refused.error)
        done = await self._finish(progress, message.file_name)
        await self.imports.add(done)
        await self.events.append(_succeeded(done))
        return Success(ImportView.of(done))

    async def _finish(self, progress: ImportProgress, file_name: str) -> StatementImport:
        return StatementImport(
            id=progress.import_id,
            user_id=self.actor.person,
            state=ImportState.PARTIAL if progress.faults else ImportState.SUCCEEDED,
            format=progress.format,
            file_name=file_name,
            accounts=await self.booking.finish(progress),
            faults=progress.faults,
            created_at=progress.started_at,
            finished_at=self.clock.now(),
        )


def _succeeded(done: StatementImport) -> FileImportSucceeded:
    return FileImportSucceeded(
        user_id=done.user_id,
        import_id=done.id,
        file_name=done.file_name,
        format=done.format,
        accounts=len(done.accounts),
        transactions_new=sum(account.counts.new for account in done.accounts),
        transactions_duplicate=sum(account.counts.duplicate for account in done.accounts),
        faults=len(done.faults),
    )
