"""What a statement says of an account's balance and holdings.

What has no date of its own is of the statement's last day: the end of its period, else its newest row; a statement that
dates nothing at all speaks of the moment it was brought.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from app.core.ids import AccountId
from app.domain.imports.statement import Position, StatementClosed
from app.domain.portfolio.reports import BalanceSnapshot, HoldingReport


def dated(closed: StatementClosed, newest_on: date, brought_at: datetime) -> datetime:
    """The instant that a statement's balance is of; `newest_on` is `date.min` where it has no rows."""
    if closed.current and closed.current.as_of:
        return closed.current.as_of
    day = closed.ends_on or newest_on
    return brought_at if day == date.min else datetime.combine(day, time(), UTC)


def stated_balance(
    account_id: AccountId, currency: str, closed: StatementClosed, as_of: datetime
) -> BalanceSnapshot | None:
    """The balance, if the statement states one."""
    if closed.current is None and closed.available is None:
        return None
    return BalanceSnapshot(
        account_id=account_id,
        as_of=as_of,
        currency=currency,
        current=closed.current.amount if closed.current else None,
        available=closed.available.amount if closed.available else None,
        cash_value=closed.cash_value,
        holdings_value=closed.holdings_value,
    )


def stated_holdings(
    account_id: AccountId, positions: Sequence[Position], closed: StatementClosed, as_of: datetime
) -> HoldingReport | None:
    """What is held, if the statement tells; a value of nothing tells that nothing is held."""
    if not positions and closed.holdings_value != 0:
        return None
    newest = max((position.as_of for position in positions if position.as_of), default=as_of)
    return HoldingReport(account_id=account_id, as_of=newest, positions=positions)
