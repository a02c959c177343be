"""Search one's transactions over all accounts, newest first."""

from functools import partial

from app.application.ledger.list_account_transactions import DateRangeInvalid
from app.application.ledger.search import TransactionFilter, TransactionSearch
from app.application.ledger.views import TransactionView
from app.application.registry import Query, query
from app.application.views import Page, Paged, paged
from app.core.errors import Invalid
from app.core.paging import Cursors
from app.core.result import Failure, Result
from app.domain.identity.actor import Actor


class AmountRangeInvalid(Invalid):
    """The range's smallest amount is greater than its greatest."""


class ListTransactions(Paged, Query[Page[TransactionView]]):
    wanted: TransactionFilter


@query(ListTransactions)
class ListTransactionsHandler:
    search: TransactionSearch
    cursors: Cursors
    actor: Actor

    async def __call__(self, message: ListTransactions) -> Result[Page[TransactionView]]:
        wanted = message.wanted
        if invalid := DateRangeInvalid.found_in(wanted.start_on, wanted.end_on):
            return Failure(invalid)
        low, high = wanted.amount_min, wanted.amount_max
        if low is not None and high is not None and high < low:
            return Failure(AmountRangeInvalid.of("amount_max", "Give an amount_max that is not below amount_min."))
        person = self.actor.person
        read = partial(self.search.transactions, person, wanted)
        return await paged(message, f"search:{person}:{wanted}", self.cursors, read)
