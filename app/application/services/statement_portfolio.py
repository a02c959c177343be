"""Keeping the balances and holdings that a statement states."""

from dataclasses import dataclass

from app.domain.identity.actor import Actor
from app.domain.imports.progress import ImportProgress
from app.domain.imports.statement import StatementClosed
from app.domain.portfolio.stated import dated, stated_balance, stated_holdings
from app.domain.protocols.portfolio import PortfolioRepository


@dataclass(frozen=True, slots=True)
class StatementPortfolio:
    portfolio: PortfolioRepository
    actor: Actor

    async def keep(self, progress: ImportProgress, closed: StatementClosed) -> None:
        """Keep what the statement that ends here says."""
        as_of = dated(closed, progress.newest_on, progress.started_at)
        snapshot = stated_balance(progress.account_id, progress.currency, closed, as_of)
        report = stated_holdings(progress.account_id, progress.positions, closed, as_of)
        if snapshot:
            await self.portfolio.add_snapshots(self.actor.person, progress.source, [snapshot])
        if report:
            await self.portfolio.report_holdings(self.actor.person, progress.source, [report])
