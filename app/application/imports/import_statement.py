"""Import a statement file: every statement in it, whole or not at all.

Rows that cannot be read are answered as errors while the others go in.
"""

from typing import BinaryIO

from app.application.imports.views import ImportView
from app.application.registry import Command, command
from app.application.services.import_mappings import ImportMappings
from app.application.services.statement_reading import StatementReading
from app.core.ids import AccountId, ImportId, uuid7
from app.core.result import Failure, Result, Success
from app.domain.events.imports import FileImportSucceeded
from app.domain.imports.statement_file import StatementFile
from app.domain.protocols.events import EventLog
from app.domain.protocols.imports import ImportRepository


class ImportStatement(Command[ImportView]):
    """`source` is read from its start and left open; without `account_id` each statement names its account.

    `mapping` is the name of a saved one, for CSV files that no preset knows.
    """

    file_name: str
    source: BinaryIO
    account_id: AccountId | None = None
    mapping: str | None = None


@command(ImportStatement, workflow=FileImportSucceeded)
class ImportStatementHandler:
    reading: StatementReading
    mappings: ImportMappings
    imports: ImportRepository
    events: EventLog

    async def __call__(self, message: ImportStatement) -> Result[ImportView]:
        mapping = await self.mappings.named(message.mapping)
        if isinstance(mapping, Failure):
            return mapping
        file = StatementFile(
            import_id=ImportId(uuid7()),
            file_name=message.file_name,
            source=message.source,
            account_id=message.account_id,
            mapping=mapping.value,
        )
        read = await self.reading.read(file)
        if isinstance(read, Failure):
            return read
        await self.imports.add(read.value)
        await self.events.append(FileImportSucceeded.of(read.value))
        return Success(ImportView.of(read.value))
