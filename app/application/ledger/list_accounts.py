"""List one's own accounts."""

from app.application.fields import CursorText, PageLimit
from app.application.ledger.views import AccountView, LedgerReader
from app.application.registry import Query, query
from app.application.views import Page
from app.core.errors import DomainError
from app.core.paging import Cursors, Window
from app.core.result import Failure, Result, Success
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
        scope = f"accounts:{self.actor.person}"
        after = self.cursors.read(message.cursor, scope)
        if isinstance(after, Failure):
            return after
        window = Window(limit=message.limit, after=after.value, total=message.total)
        return Success(Page.of(await self.ledger.accounts(self.actor.person, window), self.cursors, scope))
