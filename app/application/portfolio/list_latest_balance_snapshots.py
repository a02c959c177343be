"""List the newest balance of each of one's accounts."""

from functools import partial

from app.application.portfolio.views import BalanceSnapshotView, PortfolioReader
from app.application.registry import Query, query
from app.application.views import Page, Paged, paged
from app.core.paging import Cursors
from app.core.result import Result
from app.domain.identity.actor import Actor


class ListLatestBalanceSnapshots(Paged, Query[Page[BalanceSnapshotView]]):
    pass


@query(ListLatestBalanceSnapshots)
class ListLatestBalanceSnapshotsHandler:
    portfolio: PortfolioReader
    cursors: Cursors
    actor: Actor

    async def __call__(self, message: ListLatestBalanceSnapshots) -> Result[Page[BalanceSnapshotView]]:
        person = self.actor.person
        read = partial(self.portfolio.latest_balances, person)
        return await paged(message, f"latest-balances:{person}", self.cursors, read)
