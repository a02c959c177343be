"""Undoing what an import, or all syncs of a connection, told: the ledger is as if they never had."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.core.ids import UserId
from app.domain.protocols.ledger import AccountRepository, ReleasedAccounts, RowsTakenBack, TransactionRepository
from app.domain.protocols.portfolio import PortfolioRepository


@dataclass(frozen=True, slots=True)
class TakingBack:
    accounts: AccountRepository
    transactions: TransactionRepository
    portfolio: PortfolioRepository

    async def __call__(
        self, user_id: UserId, teller: UUID, sources: Sequence[UUID], kept_max: int = 0
    ) -> tuple[RowsTakenBack, ReleasedAccounts]:
        """`teller` told of accounts, `sources` of rows, balances and holdings; `kept_max` kept rows are named."""
        await self.accounts.lock_told(user_id, teller)
        rows = await self.transactions.take_back(user_id, sources, kept_max)
        await self.portfolio.remove(user_id, sources)
        return rows, await self.accounts.release(user_id, teller)
