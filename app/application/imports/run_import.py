"""Import a file that was queued. Done twice it does nothing the second time: the job is gone with the first."""

import tempfile
from dataclasses import dataclass
from typing import BinaryIO, cast

from app.application.imports.policy import ImportPolicy
from app.application.registry import Command, command
from app.application.services.statement_reading import StatementReading
from app.core.ids import ImportId
from app.core.result import Failure, Result, Success
from app.domain.events.import_jobs import FileImportProgressOccurred, FileImportRunSucceeded
from app.domain.events.imports import FileImportSucceeded
from app.domain.imports.import_job import ImportJob
from app.domain.imports.progress import ImportProgress
from app.domain.protocols.events import EventLog
from app.domain.protocols.import_jobs import ImportJobs

ROWS_BETWEEN_EVENTS = 20_000


class RunImport(Command[None]):
    import_id: ImportId


@command(RunImport, workflow=FileImportRunSucceeded)
class RunImportHandler:
    jobs: ImportJobs
    reading: StatementReading
    events: EventLog
    policy: ImportPolicy

    async def __call__(self, message: RunImport) -> Result[None]:
        job = await self.jobs.take(message.import_id)
        if job:
            with tempfile.SpooledTemporaryFile(max_size=self.policy.at_once_bytes_max) as spooled:
                source = cast(BinaryIO, spooled)  # typing knows no spooled file as one
                await self.jobs.fetch(job, source)
                done = await self.reading.read(job, source, ProgressTeller(self.events, job))
            if isinstance(done, Failure):
                return done
            await self.jobs.finish(done.value)
            await self.events.append(FileImportSucceeded.of(done.value))
        await self.events.append(FileImportRunSucceeded(import_id=message.import_id))
        return Success(None)


@dataclass(slots=True)
class ProgressTeller:
    """Tells at once, while the import is not yet committed, and not of every batch."""

    events: EventLog
    job: ImportJob
    told: int = 0

    async def __call__(self, progress: ImportProgress) -> None:
        if progress.rows - self.told >= ROWS_BETWEEN_EVENTS:
            self.told = progress.rows
            await self.events.append_now(
                FileImportProgressOccurred(user_id=self.job.user_id, import_id=self.job.import_id, rows=progress.rows)
            )
