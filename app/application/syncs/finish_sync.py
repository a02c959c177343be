"""A sync ends as its accounts went, and the schedule learns when to come again."""

from datetime import timedelta

from app.application.registry import Command, command
from app.core.clock import Clock
from app.core.errors import DomainError
from app.core.result import Result, Success
from app.domain.connections.sync import Sync, SyncState
from app.domain.protocols.syncs import SyncQueue, SyncRepository


class FinishSync(Command[SyncState | None]):
    """`error` concerns the whole connection; the schedule comes again after `interval_seconds`."""

    sync: Sync
    interval_seconds: float
    error: DomainError | None = None


@command(FinishSync, workflow=None)
class FinishSyncHandler:
    syncs: SyncRepository
    queue: SyncQueue
    clock: Clock

    async def __call__(self, message: FinishSync) -> Result[SyncState | None]:
        now = self.clock.now()
        state = await self.syncs.finish(message.sync, message.error, now)
        if state is not None:
            await self.queue.plan(message.sync.connection_id, now + timedelta(seconds=message.interval_seconds))
        return Success(state)
