"""Reading a statement file into the ledger: what an import does, and a preview takes back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import BinaryIO

from app.application.imports.policy import ImportPolicy
from app.application.services.ownership import OwnershipVerifier
from app.application.services.statement_booking import StatementBooking
from app.core.clock import Clock
from app.core.result import Failure, Result, Success
from app.domain.identity.actor import Actor
from app.domain.imports.import_job import ImportJob
from app.domain.imports.progress import ImportProgress
from app.domain.imports.statement import StatementRefusedError
from app.domain.imports.statement_import import ImportState, StatementImport
from app.domain.protocols.statements import StatementFiles


@dataclass(frozen=True, slots=True)
class StatementReading:
    files: StatementFiles
    booking: StatementBooking
    ownership: OwnershipVerifier
    actor: Actor
    clock: Clock
    policy: ImportPolicy

    async def read(
        self, job: ImportJob, source: BinaryIO, told: Callable[[ImportProgress], Awaitable[None]] | None = None
    ) -> Result[StatementImport]:
        """Bring all that the file says into the ledger and answer what that did; `told` follows it batch by batch.

        `source` is read from its start and left open. A refusal may come when rows are written already: the caller's
        transaction must not commit then.
        """
        if job.account_id:
            owned = await self.ownership.account(job.account_id)
            if isinstance(owned, Failure):
                return owned
        try:
            name, batches = await self.files.open(source, job.mapping)
            progress = ImportProgress(
                import_id=job.import_id,
                format=name,
                started_at=self.clock.now(),
                chosen=job.account_id,
                faults_max=self.policy.row_faults_max,
            )
            async for batch in batches:
                await self.booking.take(progress, batch)
                if told:
                    await told(progress)
        except StatementRefusedError as refused:
            return Failure(refused.error)
        return Success(await self._done(progress, job.file_name))

    async def _done(self, progress: ImportProgress, file_name: str) -> StatementImport:
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
