"""Read one of one's own accounts."""

from app.application.ledger.views import LedgerReader
from app.application.registry import Query, query
from app.core.ids import AccountId
from app.core.result import Result, found
from app.domain.identity.actor import Actor


class GetAccount(Query[bytes]):
    account_id: AccountId


@query(GetAccount)
class GetAccountHandler:
    ledger: LedgerReader
    actor: Actor

    async def __call__(self, message: GetAccount) -> Result[bytes]:
        return found(await self.ledger.account(self.actor.person, message.account_id))
