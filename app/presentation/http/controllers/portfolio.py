"""Holdings, balances and net worth over HTTP."""

from typing import Annotated

from litestar import Controller, Response
from litestar.params import FromPath, QueryParameter

from app.application.fields import Line
from app.application.ledger.list_account_transactions import DateRangeInvalid
from app.application.portfolio.get_net_worth import GetNetWorth
from app.application.portfolio.list_balance_snapshots import ListBalanceSnapshots
from app.application.portfolio.list_holdings import ListHoldings
from app.application.portfolio.list_latest_balance_snapshots import ListLatestBalanceSnapshots
from app.application.portfolio.views import BalanceSeries, BalanceSnapshotPage, HoldingPage, NetWorthView
from app.core.errors import NotFound
from app.core.ids import AccountId
from app.core.paging import CursorInvalid
from app.domain.ledger.security import AssetClass
from app.presentation.http.answer import answer_json, answer_page
from app.presentation.http.area import Area
from app.presentation.http.parameters import Day, Dispatch, OfAccount, PageAsked, limits_of

Kind = Annotated[AssetClass | None, QueryParameter(description="Only this class of assets.")]
Symbol = Annotated[str | None, limits_of(Line, "Only this symbol; upper and lower case are the same.")]


holdings = Area("Holdings", "holdings")
balances = Area("Balances", "balances")


class PortfolioController(Controller):
    @holdings.get("/holdings", errors=(CursorInvalid, NotFound))
    async def list_holdings(
        self,
        dispatch: Dispatch,
        page: PageAsked,
        account_id: OfAccount = None,
        asset_class: Kind = None,
        symbol: Symbol = None,
    ) -> Response[HoldingPage]:
        """List what your accounts hold, long and short.

        Each account shows what its newest report says. `totals` sums the whole list, each currency by itself.
        """
        query = ListHoldings(account_id=account_id, asset_class=asset_class, symbol=symbol, **page)
        return answer_page(await dispatch(query), "holdings")

    @holdings.get("/accounts/{account_id:uuid}/holdings", errors=(CursorInvalid, NotFound))
    async def list_account_holdings(
        self,
        account_id: FromPath[AccountId],
        dispatch: Dispatch,
        page: PageAsked,
        asset_class: Kind = None,
        symbol: Symbol = None,
    ) -> Response[HoldingPage]:
        """List what one of your accounts holds, long and short."""
        query = ListHoldings(account_id=account_id, asset_class=asset_class, symbol=symbol, **page)
        return answer_page(await dispatch(query), "holdings")

    @balances.get("/balance-snapshots", errors=(CursorInvalid,))
    async def list_balance_snapshots(self, dispatch: Dispatch, page: PageAsked) -> Response[BalanceSnapshotPage]:
        """List the newest balance of each of your accounts."""
        return answer_page(await dispatch(ListLatestBalanceSnapshots(**page)), "balance_snapshots")

    @balances.get("/accounts/{account_id:uuid}/balance-snapshots", errors=(CursorInvalid, DateRangeInvalid, NotFound))
    async def list_account_balance_snapshots(
        self,
        account_id: FromPath[AccountId],
        dispatch: Dispatch,
        page: PageAsked,
        start_on: Day = None,
        end_on: Day = None,
    ) -> Response[BalanceSeries]:
        """List an account's balances, newest first.

        `summary` compares the oldest and the newest balance of the range, whatever the page shows of it.
        """
        query = ListBalanceSnapshots(account_id=account_id, start_on=start_on, end_on=end_on, **page)
        return answer_page(await dispatch(query), "balance_snapshots")

    @balances.get("/net-worth")
    async def get_net_worth(self, dispatch: Dispatch) -> Response[NetWorthView]:
        """Read what you own less what you owe, each currency by itself.

        Currencies are never added to each other. Hidden accounts are left out.
        """
        return answer_json(await dispatch(GetNetWorth()))
