"""Import a statement file: every statement in it, whole or not at all.

Rows that cannot be read are answered as errors while the others go in.
"""

from app.application.imports.sent_file import SentFile
from app.application.imports.views import ImportView
from app.application.registry import Command, command
from app.application.services.import_mappings import ImportMappings
from app.application.services.statement_reading import StatementReading
from app.core.result import Failure, Result, Success
from app.domain.events.imports import FileImportSucceeded
from app.domain.protocols.events import EventLog
from app.domain.protocols.imports import ImportRepository


class ImportStatement(SentFile, Command[ImportView]):
    pass


@command(ImportStatement, workflow=FileImportSucceeded)
class ImportStatementHandler:
    reading: StatementReading
    mappings: ImportMappings
    imports: ImportRepository
    events: EventLog

    async def __call__(self, message: ImportStatement) -> Result[ImportView]:
        job = await self.mappings.job(message)
        if isinstance(job, Failure):
            return job
        read = await self.reading.read(job.value, message.source)
        if isinstance(read, Failure):
            return read
        await self.imports.add(read.value)
        await self.events.append(FileImportSucceeded.of(read.value))
        return Success(ImportView.of(read.value))
