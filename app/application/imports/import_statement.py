"""Import a statement file: every statement in it, whole or not at all.

Rows that cannot be read are answered as errors while the others go in.
"""

from typing import BinaryIO

from app.application.imports.views import ImportView
from app.application.registry import Command, command
from app.application.services.statement_reading import StatementReading
from app.core.errors import DomainError
from app.core.ids import AccountId
from app.core.result import Failure, Result, Success
from app.domain.events.imports import FILE_IMPORT, FileImportSucceeded
from app.domain.imports.statement_import import StatementImport
from app.domain.protocols.events import EventLog
from app.domain.protocols.imports import ImportRepository


class ImportStatement(Command[ImportView]):
    """`source` is read from its start and left open; without `account_id` each statement names its account."""

    file_name: str
    source: BinaryIO
    account_id: AccountId | None = None


@command(ImportStatement, workflow=FILE_IMPORT)
class ImportStatementHandler:
    reading: StatementReading
    imports: ImportRepository
    events: EventLog

    async def __call__(self, message: ImportStatement) -> Result[ImportView, DomainError]:
        read = await self.reading.read(message.file_name, message.source, message.account_id)
        if isinstance(read, Failure):
            return read
        done = read.value
        await self.imports.add(done)
        await self.events.append(_succeeded(done))
        return Success(ImportView.of(done))


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
