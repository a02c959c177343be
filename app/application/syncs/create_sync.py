"""Ask for a sync. One is on its way at a time: whoever asks meanwhile is told of that one."""

from datetime import date, datetime
from math import ceil

from app.application.ledger.list_account_transactions import DateRangeInvalid
from app.application.registry import Command, command
from app.application.syncs.errors import AccountElsewhere, SyncsUsedUp
from app.application.syncs.views import SyncView
from app.core.clock import Clock
from app.core.errors import NotFound
from app.core.ids import AccountId, ConnectionId, SyncId, uuid7
from app.core.result import Failure, Result, Success
from app.domain.connections.connection import Connection
from app.domain.connections.quota import DAY, free_at
from app.domain.connections.sync import Sync, SyncResource, SyncState
from app.domain.events.syncs import SyncRequestSucceeded
from app.domain.identity.actor import Actor
from app.domain.ledger.source import SourceKind
from app.domain.protocols.connections import ConnectionRepository
from app.domain.protocols.events import EventLog
from app.domain.protocols.providers import Providers
from app.domain.protocols.syncs import OpenSyncs, SyncQueue


class CreateSync(Command[SyncView]):
    """Without `resources` all are read. `force` reads the whole history again."""

    connection_id: ConnectionId
    resources: set[SyncResource] | None = None
    account_id: AccountId | None = None
    start_on: date | None = None
    end_on: date | None = None
    force: bool = False


@command(CreateSync, workflow=SyncRequestSucceeded)
class CreateSyncHandler:
    providers: Providers
    connections: ConnectionRepository
    queue: SyncQueue
    opened: OpenSyncs
    events: EventLog
    actor: Actor
    clock: Clock

    async def __call__(self, message: CreateSync) -> Result[SyncView]:
        since = self.clock.now()
        if invalid := DateRangeInvalid.found_in(message.start_on, message.end_on, "/end_on"):
            return Failure(invalid)
        asked = self._asked(message)
        accounts = await self.opened.accounts(asked) if message.account_id else ()
        connection = await self.connections.hold(self.actor.person, message.connection_id)
        if connection is None:
            return Failure(NotFound())
        syncable = connection.syncable()
        if isinstance(syncable, Failure):
            return syncable
        if message.account_id and message.account_id not in {account.account_id for account in accounts}:
            return Failure(AccountElsewhere.of("/account_id", "`GET /connections/{id}/accounts` lists those it reads."))
        next_at = await self._free_at(connection)
        queued = await self.queue.queue(asked, since)
        if next_at and queued.id == asked.id:
            return Failure(used_up(next_at, since))
        await self.events.append(
            SyncRequestSucceeded(
                user_id=connection.user_id,
                connection_id=connection.id,
                sync_id=queued.id,
                joined=queued.id != asked.id,
            )
        )
        return Success(SyncView.of(queued))

    async def _free_at(self, connection: Connection) -> datetime | None:
        """When its institution bears the next sync; None: at once."""
        provider = self.providers.get(connection.provider_slug)
        recent = await self.queue.since([connection.id], self.clock.now() - DAY)
        return free_at(recent[connection.id], provider.description.syncs_per_day_max) if provider else None

    def _asked(self, message: CreateSync) -> Sync:
        return Sync(
            id=SyncId(uuid7()),
            user_id=self.actor.person,
            connection_id=message.connection_id,
            kind=SourceKind.MANUAL_SYNC,
            state=SyncState.QUEUED,
            resources=tuple(sorted(message.resources or SyncResource)),
            created_at=self.clock.now(),
            account_id=message.account_id,
            start_on=message.start_on,
            end_on=message.end_on,
            force=message.force,
        )


def used_up(next_at: datetime, now: datetime) -> SyncsUsedUp:
    wait = ceil((next_at - now).total_seconds())
    detail = f"One more may follow at {next_at:%Y-%m-%dT%H:%M:%SZ}; the schedule comes by itself."
    return SyncsUsedUp(detail=detail, retry_after_seconds=wait)
