"""Read one of one's own transactions, with everything that told of it."""

from typing import Protocol
from uuid import UUID

from app.application.ledger.views import TransactionView
from app.application.registry import Immutable, Query, query
from app.core.ids import TransactionId, UserId
from app.core.result import Result, found
from app.domain.identity.actor import Actor
from app.domain.ledger.row_matching import MatchedBy


class TransactionSource(Immutable):
    """An import or a sync that told of the transaction: where, under which id, in which words, and how it was matched.

    `removed` says that the institution took it back.
    """

    import_id: UUID | None
    sync_id: UUID | None
    locator: str
    external_id: str | None
    matched_by: MatchedBy
    removed: bool
    raw: str | None


class TransactionDetail(TransactionView):
    """A transaction with its sources, in the order they came."""

    sources: list[TransactionSource]


class TransactionReader(Protocol):
    async def transaction(self, user_id: UserId, transaction_id: TransactionId) -> bytes | None:
        """One transaction as JSON of `TransactionDetail`; None if there is none or it is somebody else's."""


class GetTransaction(Query[bytes]):
    transaction_id: TransactionId


@query(GetTransaction)
class GetTransactionHandler:
    transactions: TransactionReader
    actor: Actor

    async def __call__(self, message: GetTransaction) -> Result[bytes]:
        return found(await self.transactions.transaction(self.actor.person, message.transaction_id))
