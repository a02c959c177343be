"""List one's own accounts."""

from functools import partial

from app.application.ledger.views import AccountView, LedgerReader
from app.application.registry import Query, query
from app.application.views import Page, Paged, paged
from app.core.paging import Cursors
from app.core.result import Result
from app.domain.identity.actor import Actor


class ListAccounts(Paged, Query[Page[AccountView]]):
    pass


@query(ListAccounts)
class ListAccountsHandler:
    ledger: LedgerReader
    cursors: Cursors
    actor: Actor

    async def __call__(self, message: ListAccounts) -> Result[Page[AccountView]]:
        person = self.actor.person
        read = partial(self.ledger.accounts, person)
        return await paged(message, f"accounts:{person}", self.cursors, read)
