"""Writing what accounts hold and are worth."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from app.core.ids import UserId
from app.domain.ledger.source import DataSource
from app.domain.portfolio.reports import BalanceSnapshot, HoldingReport


class PortfolioRepository(Protocol):
    """Balances and holdings, each belonging to the source that reported it.

    An account's balance is its newest snapshot, its holdings are those of its newest report, newest by `as_of`.
    The caller holds `AccountRepository.lock` of every account it writes.
    """

    async def add_snapshots(self, user_id: UserId, source: DataSource, snapshots: Sequence[BalanceSnapshot]) -> None:
        """Keep balances; of one source, account and instant the last one stays."""

    async def report_holdings(self, user_id: UserId, source: DataSource, reports: Sequence[HoldingReport]) -> None:
        """Keep what accounts hold; of one source, account and instant the last report stays.

        A sync's report takes the place of those of earlier syncs of the account.
        """

    async def remove(self, user_id: UserId, source_ids: Sequence[UUID]) -> None:
        """Forget all that these sources reported."""
