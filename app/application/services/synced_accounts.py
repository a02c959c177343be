"""Which account of the ledger an institution's is: the one it was before, the one with its number, or a new one."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.core.clock import Clock
from app.core.ids import AccountId, uuid7
from app.domain.connections.reading import AccountListing, ProviderAccount
from app.domain.connections.sync import LinkedAccount, Sync
from app.domain.ledger.account import Account, canonical_number, masked
from app.domain.portfolio.reports import BalanceSnapshot
from app.domain.protocols.ledger import AccountNumber, AccountRepository
from app.domain.protocols.portfolio import PortfolioRepository
from app.domain.protocols.syncs import SyncRepository


@dataclass(frozen=True, slots=True)
class SyncedAccounts:
    accounts: AccountRepository
    portfolio: PortfolioRepository
    syncs: SyncRepository
    clock: Clock

    async def take(self, sync: Sync, listing: AccountListing) -> list[LinkedAccount]:
        """All accounts that were told or failed, held until the transaction ends; balances are kept."""
        known = dict(await self.syncs.known_accounts(sync))
        for told in listing.accounts:
            if told.id not in known:
                known[told.id] = await self._linked(sync, told)
        named = {told.id for told in listing.accounts} | {fault.account_id for fault in listing.faults}
        taken = [account for provider_id, account in known.items() if provider_id in named]
        for account_id in sorted({account.account_id for account in taken}):
            await self.accounts.lock(account_id)
        for told in listing.accounts:
            number = number_of(told) if told.number else None
            await self.accounts.tell(sync.user_id, known[told.id].account_id, sync.teller, number, self.clock.now())
        snapshots = [one for told in listing.accounts for one in self._snapshots(told, known[told.id].account_id)]
        await self.portfolio.add_snapshots(sync.user_id, sync.source, snapshots)
        return taken

    async def _linked(self, sync: Sync, told: ProviderAccount) -> LinkedAccount:
        found = await self.accounts.find(sync.user_id, number_of(told)) if told.number else None
        account_id = found or await self._open(sync, told)
        await self.syncs.link(sync, account_id, told)
        return LinkedAccount(provider_id=told.id, account_id=account_id, currency=told.currency, created=found is None)

    async def _open(self, sync: Sync, told: ProviderAccount) -> AccountId:
        number = masked(canonical_number(told.number)) if told.number else told.number_masked
        account = Account(
            id=AccountId(uuid7()),
            user_id=sync.user_id,
            name=told.name,
            type=told.type,
            institution=told.institution,
            number_masked=number,
            currency=told.currency,
            created_at=self.clock.now(),
        )
        await self.accounts.add(account)
        return account.id

    def _snapshots(self, told: ProviderAccount, account_id: AccountId) -> Iterator[BalanceSnapshot]:
        stated = told.current or told.available
        if stated:
            yield BalanceSnapshot(
                account_id=account_id,
                as_of=stated.as_of or self.clock.now(),
                currency=told.currency,
                current=told.current.amount if told.current else None,
                available=told.available.amount if told.available else None,
                cash_value=told.cash_value,
                holdings_value=told.holdings_value,
            )


def number_of(told: ProviderAccount) -> AccountNumber:
    """Institutions tell the number without their bank code."""
    return AccountNumber(bank_code="", number=canonical_number(told.number or ""), currency=told.currency)
