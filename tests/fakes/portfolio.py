"""Balances and holdings in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.core.ids import AccountId, UserId
from app.domain.imports.statement import Position
from app.domain.ledger.source import DataSource
from app.domain.portfolio.reports import BalanceSnapshot, HoldingReport

type Key = tuple[AccountId, datetime, UUID]


@dataclass
class FakePortfolioRepository:
    """Implements `PortfolioRepository`."""

    snapshots: dict[Key, BalanceSnapshot] = field(default_factory=dict)
    reports: dict[Key, tuple[DataSource, HoldingReport]] = field(default_factory=dict)

    async def add_snapshots(self, user_id: UserId, source: DataSource, snapshots: Sequence[BalanceSnapshot]) -> None:  # noqa: ARG002  # the port's
        for one in snapshots:
            self.snapshots[one.account_id, one.as_of, source.id] = one

    async def report_holdings(self, user_id: UserId, source: DataSource, reports: Sequence[HoldingReport]) -> None:  # noqa: ARG002  # the port's
        written = {report.account_id for report in reports}
        if source.kind.is_sync:
            earlier = [key for key, (by, _) in self.reports.items() if by.kind.is_sync and key[0] in written]
            for key in earlier:
                del self.reports[key]
            reports = [*{report.account_id: report for report in reports}.values()]
        for report in reports:
            self.reports[report.account_id, report.as_of, source.id] = source, report

    async def remove(self, user_id: UserId, source_ids: Sequence[UUID]) -> None:  # noqa: ARG002  # the port's
        self.snapshots = {key: one for key, one in self.snapshots.items() if key[2] not in source_ids}
        self.reports = {key: one for key, one in self.reports.items() if key[2] not in source_ids}

    def balance(self, account_id: AccountId) -> BalanceSnapshot | None:
        """The account's newest balance."""
        known = {key[1]: one for key, one in self.snapshots.items() if key[0] == account_id}
        return known[max(known)] if known else None

    def holdings(self, account_id: AccountId) -> Sequence[Position]:
        """What the account's newest report says."""
        known = {key[1]: report for key, (_, report) in self.reports.items() if key[0] == account_id}
        return known[max(known)].positions if known else []
