"""Read rows of one account or all, and bring them into the ledger together with where the next reading begins.

The pages of one reading are folded in memory and committed at once: a worker that is killed at any page has changed
nothing, and one that takes over reads the same again.
"""

from collections.abc import Sequence

from app.application.registry import Command, command
from app.application.services.institution_reading import InstitutionReading
from app.application.services.synced_rows import SyncedRows
from app.application.syncs.errors import SUPERSEDED
from app.application.syncs.unread import unread
from app.core.ids import SyncId
from app.core.result import Failure, Result, Success
from app.domain.connections.connection import Connection
from app.domain.connections.faults import ProviderError
from app.domain.connections.reading import TransactionQuery
from app.domain.connections.sync import LinkedAccount, Sync
from app.domain.connections.windows import Window
from app.domain.events.syncs import TransactionSyncSucceeded
from app.domain.protocols.events import EventLog
from app.domain.protocols.syncs import SyncRepository


class SyncTransactions(Command[None]):
    """`accounts` are those to be read, one of them where the feed goes account by account."""

    sync_id: SyncId
    sync: Sync
    connection: Connection
    accounts: Sequence[LinkedAccount]
    days: Window
    by_account: bool
    position: str | None = None


@command(SyncTransactions, workflow=TransactionSyncSucceeded)
class SyncTransactionsHandler:
    reading: InstitutionReading
    synced_rows: SyncedRows
    syncs: SyncRepository
    events: EventLog

    async def __call__(self, message: SyncTransactions) -> Result[None]:
        sync = message.sync
        query = TransactionQuery(
            starts_on=message.days.starts_on,
            ends_on=message.days.ends_on,
            account_id=message.accounts[0].provider_id if message.by_account else None,
            position=message.position,
        )
        try:
            read = await self.reading.rows(message.connection, query)
        except ProviderError as fault:
            return await unread(self.syncs, sync, message.accounts, fault.error)
        if not await self.syncs.hold(sync):
            return Failure(SUPERSEDED)
        synced = await self.synced_rows.take(sync, message.accounts, read, message.days)
        await self.syncs.note(sync, synced)
        await self.events.append(
            TransactionSyncSucceeded(
                user_id=sync.user_id,
                connection_id=sync.connection_id,
                sync_id=sync.id,
                created=sum(one.counts.new for one in synced),
                updated=sum(one.counts.corrected for one in synced),
                removed=sum(one.counts.removed for one in synced),
            )
        )
        return Success(None)
