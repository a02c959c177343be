"""One transaction with its sources, in one statement."""

from app.application.ledger.get_transaction import TransactionSource
from app.core.ids import TransactionId, UserId
from app.infrastructure.postgres.json_rows import select_list
from app.infrastructure.postgres.reader import Reader
from app.infrastructure.postgres.readers import TRANSACTION

SOURCE = select_list(
    TransactionSource,
    import_id="case when t.source = 'import' then t.source_id end",
    sync_id="case when t.source <> 'import' then t.source_id end",
)
DETAIL = f"""
    {TRANSACTION}, (
        select json_agg(s) from (
            select {SOURCE} from transaction_sources as t where t.transaction_id = $2 order by t.id
        ) as s
    ) as sources
"""  # noqa: S608  # constants and struct fields


class PostgresTransactionReader(Reader):
    """Implements `TransactionReader`."""

    async def transaction(self, user_id: UserId, transaction_id: TransactionId) -> bytes | None:
        return await self._one("transactions", DETAIL, user_id, transaction_id)
