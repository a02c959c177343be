"""List an account's transactions, newest first."""

from datetime import date
from functools import partial
from typing import Self

from app.application.ledger.views import LedgerReader, TransactionView
from app.application.registry import Query, query
from app.application.views import Page, Paged, paged
from app.core.errors import Invalid
from app.core.ids import AccountId
from app.core.paging import Cursors
from app.core.result import Failure, Result
from app.domain.identity.actor import Actor


class DateRangeInvalid(Invalid):
    """The range ends before it begins."""

    @classmethod
    def found_in(cls, start_on: date | None, end_on: date | None, field: str = "end_on") -> Self | None:
        """The refusal of these days, unless they are in order."""
        if start_on and end_on and end_on < start_on:
            return cls.of(field, "Give an end_on that is not before start_on.")
        return None


class ListAccountTransactions(Paged, Query[Page[TransactionView]]):
    account_id: AccountId
    start_on: date | None
    end_on: date | None


@query(ListAccountTransactions)
class ListAccountTransactionsHandler:
    ledger: LedgerReader
    cursors: Cursors
    actor: Actor

    async def __call__(self, message: ListAccountTransactions) -> Result[Page[TransactionView]]:
        start_on, end_on = message.start_on, message.end_on
        if invalid := DateRangeInvalid.found_in(start_on, end_on):
            return Failure(invalid)
        person, account_id = self.actor.person, message.account_id
        read = partial(self.ledger.transactions, person, account_id, start_on=start_on, end_on=end_on)
        return await paged(message, f"transactions:{person}:{account_id}:{start_on}:{end_on}", self.cursors, read)
