"""What the API shows of holdings, balances and net worth, and the port that reads them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Protocol
from uuid import UUID

from msgspec import Meta

from app.application.fields import Count, Currency, Instant
from app.application.ledger.views import Security
from app.application.registry import Immutable
from app.application.views import Listed, Money
from app.core.ids import AccountId, UserId
from app.core.paging import Rows, Window
from app.domain.ledger.security import AssetClass, Side
from app.domain.ledger.source import SourceKind

Percent = Annotated[Decimal, Meta(description="Per cent, as a string.", examples=["-4.25"])]


class HoldingView(Immutable):
    """A position. A short one has negative values; its quantity and its price and cost per unit are positive."""

    id: UUID
    account_id: UUID
    security: Security
    asset_class: AssetClass
    side: Side
    quantity: Decimal
    price: Money | None
    price_as_of: Instant | None
    market_value: Money | None
    cost_basis_total: Money | None
    cost_basis_per_unit: Money | None
    unrealized_gain: Money | None
    currency: Currency
    as_of: Instant


class HoldingTotals(Immutable):
    """Sums over all holdings of the list in one currency, those of other pages too. What is not stated adds nothing.

    `unrealized_gain` is summed over the holdings that state both their value and their cost.
    """

    currency: Currency
    holdings: Count
    market_value: Money | None
    cost_basis_total: Money | None
    unrealized_gain: Money | None


class HoldingPage(Listed):
    holdings: list[HoldingView]
    totals: list[HoldingTotals]


class BalanceSnapshotView(Immutable):
    """A balance as an import or a sync reported it; what is owed is negative."""

    id: UUID
    account_id: UUID
    as_of: Instant
    current: Money | None
    available: Money | None
    holdings_value: Money | None
    cash_value: Money | None
    source: SourceKind


class BalanceSnapshotPage(Listed):
    balance_snapshots: list[BalanceSnapshotView]


class BalanceChange(Immutable):
    """From the oldest to the newest balance of a range. `percent` is null where the start is zero or unknown."""

    start: Money | None
    end: Money | None
    change: Money | None
    percent: Percent | None


class BalanceSeries(Listed):
    balance_snapshots: list[BalanceSnapshotView]
    summary: BalanceChange


class CurrencyWorth(Immutable):
    """`net_worth` is assets less liabilities; a liability is positive here."""

    currency: Currency
    assets: Money
    liabilities: Money
    net_worth: Money


class NetWorthView(Immutable):
    """What is owned and owed, each currency by itself; hidden accounts are left out.

    An account counts with its newest balance, else with its holdings' market value; `accounts_unknown` have neither.
    """

    currencies: list[CurrencyWorth]
    oldest_as_of: Instant | None
    accounts_counted: Count
    accounts_unknown: list[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingFilter:
    account_id: AccountId | None
    asset_class: AssetClass | None
    symbol: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRange:
    """Days, both included; None is open."""

    start_on: date | None
    end_on: date | None


class PortfolioReader(Protocol):
    """Reads for answers: one statement each, the owner in its WHERE clause."""

    async def holdings(self, user_id: UserId, wanted: HoldingFilter, window: Window) -> Rows | None:
        """Current holdings as JSON of `HoldingView`, account by account in their reports' order, `totals` beside them.

        None if an account is wanted that does not exist or is somebody else's.
        """

    async def latest_balances(self, user_id: UserId, window: Window) -> Rows:
        """The newest balance of each account as JSON of `BalanceSnapshotView`, in the order accounts were opened."""

    async def balances(self, user_id: UserId, account_id: AccountId, days: DayRange, window: Window) -> Rows | None:
        """An account's balances, newest first, one an instant, `summary` beside them.

        None if the account does not exist or is somebody else's.
        """

    async def net_worth(self, user_id: UserId) -> bytes:
        """JSON of `NetWorthView`."""
