"""Reading a statement file into the ledger: what an import does, and a preview takes back."""

from dataclasses import dataclass
from typing import BinaryIO

from app.application.imports.policy import ImportPolicy
from app.application.services.ownership import OwnershipVerifier
from app.application.services.statement_booking import StatementBooking
from app.core.clock import Clock
from app.core.errors import DomainError
from app.core.ids import AccountId, ImportId, uuid7
from app.core.result import Failure, Result, Success
from app.domain.identity.actor import Actor
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
        self, file_name: str, source: BinaryIO, account_id: AccountId | None
    ) -> Result[StatementImport, DomainError]:
        """What came of the file. Nothing is committed; after a refusal the transaction holds a part of the file."""
        if account_id:
            owned = await self.ownership.account(account_id)
            if isinstance(owned, Failure):
                return owned
        try:
            name, batches = await self.files.open(source)
            progress = ImportProgress(
                import_id=ImportId(uuid7()),
                format=name,
                started_at=self.clock.now(),
                chosen=account_id,
                faults_max=self.policy.row_faults_max,
            )
            async for batch in batches:
                await self.booking.take(progress, batch)
        except StatementRefusedError as refused:
            return Failure(refused.error)
        return Success(await self._finish(progress, file_name))

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
