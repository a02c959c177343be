"""List what one's accounts hold."""

from functools import partial

from app.application.fields import Line
from app.application.portfolio.views import HoldingFilter, HoldingView, PortfolioReader
from app.application.registry import Query, query
from app.application.views import Page, Paged, paged
from app.core.ids import AccountId
from app.core.paging import Cursors
from app.core.result import Result
from app.domain.identity.actor import Actor
from app.domain.ledger.security import AssetClass


class ListHoldings(Paged, Query[Page[HoldingView]]):
    account_id: AccountId | None
    asset_class: AssetClass | None
    symbol: Line | None


@query(ListHoldings)
class ListHoldingsHandler:
    portfolio: PortfolioReader
    cursors: Cursors
    actor: Actor

    async def __call__(self, message: ListHoldings) -> Result[Page[HoldingView]]:
        person = self.actor.person
        wanted = HoldingFilter(account_id=message.account_id, asset_class=message.asset_class, symbol=message.symbol)
        return await paged(
            message, f"holdings:{person}:{wanted}", self.cursors, partial(self.portfolio.holdings, person, wanted)
        )
