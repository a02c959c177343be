"""Queue the syncs whose time has come, and again those that no worker knows of any more."""

from app.application.registry import Command, command
from app.application.syncs.policy import SyncPolicy
from app.core.clock import Clock
from app.core.errors import DomainError
from app.core.result import Result, Success
from app.domain.connections.connection import SYNC_AWAITED
from app.domain.connections.sync import automatic
from app.domain.protocols.syncs import SyncQueue


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
            await self.queue.queue(automatic(connection, now), now)
            await self.queue.plan(connection.id, now + SYNC_AWAITED)
        return Success(len(due) + await self.queue.requeue())
