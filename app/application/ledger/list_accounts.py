"""List one's own accounts."""

from functools import partial

from app.application.fields import CursorText, PageLimit
from app.application.ledger.views import AccountView, LedgerReader
from app.application.registry import Query, query
from app.application.views import Page, paged
from app.core.errors import DomainError
from app.core.paging import Cursors
from app.core.result import Result
from app.domain.identity.actor import Actor


class ListAccounts(Query[Page[AccountView]]):
    limit: PageLimit
    cursor: CursorText | None
    total: bool


@query(ListAccounts)
class ListAccountsHandler:
    ledger: LedgerReader
    cursors: Cursors
    actor: Actor

    async def __call__(self, message: ListAccounts) -> Result[Page[AccountView], DomainError]:
        person = self.actor.person
        read = partial(self.ledger.accounts, person)
        return await paged(message, f"accounts:{person}", self.cursors, read)
