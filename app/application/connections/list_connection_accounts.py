"""List the accounts that a connection's data goes to."""

from functools import partial

from app.application.connections.views import ConnectionReader
from app.application.ledger.views import AccountView
from app.application.registry import Query, query
from app.application.views import Page, Paged, paged
from app.core.ids import ConnectionId
from app.core.paging import Cursors
from app.core.result import Result
from app.domain.identity.actor import Actor


class ListConnectionAccounts(Paged, Query[Page[AccountView]]):
    connection_id: ConnectionId


@query(ListConnectionAccounts)
class ListConnectionAccountsHandler:
    reader: ConnectionReader
    cursors: Cursors
    actor: Actor

    async def __call__(self, message: ListConnectionAccounts) -> Result[Page[AccountView]]:
        person = self.actor.person
        read = partial(self.reader.accounts, person, message.connection_id)
        return await paged(message, f"connection_accounts:{person}:{message.connection_id}", self.cursors, read)
