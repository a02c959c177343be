"""List an account's balances, newest first, and how far they moved."""

from datetime import date
from functools import partial

from app.application.ledger.list_account_transactions import DateRangeInvalid
from app.application.portfolio.views import BalanceSnapshotView, DayRange, PortfolioReader
from app.application.registry import Query, query
from app.application.views import Page, Paged, paged
from app.core.ids import AccountId
from app.core.paging import Cursors
from app.core.result import Failure, Result
from app.domain.identity.actor import Actor


class ListBalanceSnapshots(Paged, Query[Page[BalanceSnapshotView]]):
    account_id: AccountId
    start_on: date | None
    end_on: date | None


@query(ListBalanceSnapshots)
class ListBalanceSnapshotsHandler:
    portfolio: PortfolioReader
    cursors: Cursors
    actor: Actor

    async def __call__(self, message: ListBalanceSnapshots) -> Result[Page[BalanceSnapshotView]]:
        days = DayRange(start_on=message.start_on, end_on=message.end_on)
        if invalid := DateRangeInvalid.found_in(days.start_on, days.end_on):
            return Failure(invalid)
        person, account_id = self.actor.person, message.account_id
        read = partial(self.portfolio.balances, person, account_id, days)
        return await paged(message, f"balances:{person}:{account_id}:{days}", self.cursors, read)
