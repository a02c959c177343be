"""Preview an import: do all that importing the file would do, tell what became of each row, and store nothing.

It is the same reading and merging; as a query it is never committed. It holds the accounts until it has answered.
"""

from typing import BinaryIO

from app.application.imports.policy import PREVIEW_ROWS_MAX
from app.application.imports.preview_view import ImportPreview
from app.application.registry import Query, query
from app.application.services.import_mappings import ImportMappings
from app.application.services.statement_reading import StatementReading
from app.core.ids import AccountId, ImportId, uuid7
from app.core.result import Failure, Result, Success
from app.domain.imports.statement_file import StatementFile
from app.domain.protocols.ledger import TransactionRepository


class PreviewStatement(Query[ImportPreview]):
    file_name: str
    source: BinaryIO
    account_id: AccountId | None = None
    mapping: str | None = None


@query(PreviewStatement)
class PreviewStatementHandler:
    reading: StatementReading
    mappings: ImportMappings
    transactions: TransactionRepository

    async def __call__(self, message: PreviewStatement) -> Result[ImportPreview]:
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
        decisions = await self.transactions.decisions(PREVIEW_ROWS_MAX)
        return Success(ImportPreview.of(read.value, decisions))
