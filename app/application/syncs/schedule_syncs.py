"""Queue the syncs whose time has come, and again those that no worker knows of any more."""

from datetime import timedelta

from app.application.registry import Command, command
from app.application.syncs.policy import SyncPolicy
from app.core.clock import Clock
from app.core.errors import DomainError
from app.core.ids import SyncId, uuid7
from app.core.result import Result, Success
from app.domain.connections.connection import Connection
from app.domain.connections.sync import Sync, SyncResource, SyncState
from app.domain.ledger.source import SourceKind
from app.domain.protocols.syncs import SyncQueue

LATER = timedelta(hours=6)  # until then the sync will have planned the next one itself


class ScheduleSyncs(Command[int]):
    pass


@command(ScheduleSyncs, workflow=None)
class ScheduleSyncsHandler:
    queue: SyncQueue
    policy: SyncPolicy
    clock: Clock

    async def __call__(self, message: ScheduleSyncs) -> Result[int, DomainError]:  # noqa: ARG002  # it has no fields
        now = self.clock.now()
        due = await self.queue.due(now, self.policy.due_max)
        for connection in due:
            await self.queue.queue(self._scheduled(connection), now)
            await self.queue.plan(connection.id, now + LATER)
        return Success(len(due) + await self.queue.requeue())

    def _scheduled(self, connection: Connection) -> Sync:
        first = connection.last_sync_at is None
        return Sync(
            id=SyncId(uuid7()),
            user_id=connection.user_id,
            connection_id=connection.id,
            kind=SourceKind.INITIAL_CONNECTION if first else SourceKind.SCHEDULED_SYNC,
            state=SyncState.QUEUED,
            resources=tuple(SyncResource),
            created_at=self.clock.now(),
        )
