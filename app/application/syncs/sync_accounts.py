"""Read a connection's accounts and balances: find or open the ledger's accounts, keep what they are worth."""

from collections.abc import Sequence

from app.application.registry import Command, command
from app.application.services.institution_reading import InstitutionReading
from app.application.services.synced_accounts import SyncedAccounts
from app.application.syncs.errors import SUPERSEDED, AccountsMissing
from app.core.ids import SyncId
from app.core.result import Failure, Result, Success
from app.domain.connections.connection import Connection
from app.domain.connections.faults import ProviderError
from app.domain.connections.sync import LinkedAccount, Sync, SyncedAccount
from app.domain.events.syncs import AccountSyncSucceeded
from app.domain.protocols.events import EventLog
from app.domain.protocols.syncs import SyncRepository


class SyncAccounts(Command[Sequence[LinkedAccount]]):
    sync_id: SyncId
    sync: Sync
    connection: Connection


@command(SyncAccounts, workflow=AccountSyncSucceeded)
class SyncAccountsHandler:
    reading: InstitutionReading
    synced_accounts: SyncedAccounts
    syncs: SyncRepository
    events: EventLog

    async def __call__(self, message: SyncAccounts) -> Result[Sequence[LinkedAccount]]:
        sync = message.sync
        try:
            listing = await self.reading.ask(message.connection, lambda provider, key: provider.accounts(key))
        except ProviderError as fault:
            return Failure(fault.error)
        if not await self.syncs.hold(sync):
            return Failure(SUPERSEDED)
        told = await self.synced_accounts.take(sync, listing)
        failed = {fault.account_id: fault.error for fault in listing.faults}
        known = {account.provider_id: account for account in told}
        if not known.keys() - failed.keys():
            unnamed = next(iter(failed.values()), None)
            return Failure(unnamed or AccountsMissing(detail="There is nothing to read until it tells of one."))
        faults = [
            SyncedAccount(account_id=known[provider_id].account_id, error=error)
            for provider_id, error in failed.items()
            if provider_id in known
        ]
        fine = [SyncedAccount(account_id=account.account_id) for account in told if account.provider_id not in failed]
        await self.syncs.note(sync, [*faults, *fine])
        await self.events.append(
            AccountSyncSucceeded(
                user_id=sync.user_id, connection_id=sync.connection_id, sync_id=sync.id, accounts=len(fine)
            )
        )
        return Success(told)
