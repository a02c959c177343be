"""Bringing what a reading told into the ledger, account by account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.core.ids import AccountId
from app.domain.connections.reconciling import KnownRow, Read, Told
from app.domain.connections.sync import LinkedAccount, Sync, SyncedAccount
from app.domain.connections.windows import Window
from app.domain.imports.statement_import import MergeCounts
from app.domain.protocols.ledger import AccountRepository, RowSource, TransactionRepository
from app.domain.protocols.syncs import SyncRepository


@dataclass(frozen=True, slots=True)
class SyncedRows:
    accounts: AccountRepository
    transactions: TransactionRepository
    syncs: SyncRepository

    async def take(
        self, sync: Sync, accounts: Sequence[LinkedAccount], read: Read, days: Window
    ) -> list[SyncedAccount]:
        """Stage and merge all rows, and note where the next reading begins. The caller holds the sync."""
        for account_id in sorted({account.account_id for account in accounts}):
            await self.accounts.lock(account_id)
        fine = [account for account in accounts if read.error(account.provider_id) is None]
        for account in accounts:
            await self._stage(sync, account, read, days)
        counts = await self.transactions.merge()
        if read.reading.is_cursor:
            await self.syncs.advance(sync, read.position)
        elif sync.start_on is None:
            await self.syncs.read_through(sync, [account.provider_id for account in fine], days.ends_on)
        return self._synced(accounts, read, counts)

    async def _stage(self, sync: Sync, account: LinkedAccount, read: Read, days: Window) -> None:
        scheme = f"connection:{sync.connection_id}"
        source = RowSource(
            source=sync.source,
            scheme=scheme,
            user_id=sync.user_id,
            account_id=account.account_id,
            currency=account.currency,
        )
        told = Told(scheme, read.reading.rows(account.provider_id))
        removed = read.reading.removed(account.provider_id)
        gone_names = Told(scheme, ()).named(removed)
        is_whole = read.is_from_start and read.error(account.provider_id) is None
        expected = replace(days, ends_on=date.max) if read.reading.is_cursor else days
        known: Mapping[bytes, KnownRow] = {}
        while True:
            known = await self.syncs.known_rows(
                sync, account, scheme, [*told.names(), *gone_names], expected if is_whole else None
            )
            if not told.bury(known):
                break
        changes = told.changes(removed, known, is_whole=is_whole)
        if changes.rows:
            await self.transactions.stage(source, changes.rows, changes.completes)
        if changes.gone:
            await self.transactions.stage_removals(source, changes.gone)

    def _synced(
        self, accounts: Sequence[LinkedAccount], read: Read, counts: Mapping[AccountId, MergeCounts]
    ) -> list[SyncedAccount]:
        """Two of the institution's accounts may be one of the ledger's, which is counted once."""
        errors = {account.account_id: read.error(account.provider_id) for account in accounts}
        return [
            SyncedAccount(account_id=account_id, counts=counts.get(account_id, MergeCounts()), error=error)
            for account_id, error in errors.items()
        ]
