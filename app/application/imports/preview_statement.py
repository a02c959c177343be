"""Preview an import: do all that importing the file would do, tell what became of each row, and store nothing.

It is the same reading and merging; as a query it is never committed. It holds the accounts until it has answered.
"""

from app.application.imports.policy import PREVIEW_ROWS_MAX
from app.application.imports.preview_view import ImportPreview
from app.application.imports.sent_file import SentFile
from app.application.registry import Query, query
from app.application.services.import_mappings import ImportMappings
from app.application.services.statement_reading import StatementReading
from app.core.result import Failure, Result, Success
from app.domain.protocols.ledger import TransactionRepository


class PreviewStatement(SentFile, Query[ImportPreview]):
    pass


@query(PreviewStatement)
class PreviewStatementHandler:
    reading: StatementReading
    mappings: ImportMappings
    transactions: TransactionRepository

    async def __call__(self, message: PreviewStatement) -> Result[ImportPreview]:
        job = await self.mappings.job(message)
        if isinstance(job, Failure):
            return job
        read = await self.reading.read(job.value, message.source)
        if isinstance(read, Failure):
            return read
        decisions = await self.transactions.decisions(PREVIEW_ROWS_MAX)
        return Success(ImportPreview.of(read.value, decisions))
