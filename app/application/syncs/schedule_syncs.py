"""Queue the syncs whose time has come, and again those that no worker knows of any more."""

from collections.abc import Sequence
from datetime import datetime

from app.application.registry import Command, command
from app.application.syncs.policy import SyncPolicy
from app.core.clock import Clock
from app.core.result import Result, Success
from app.domain.connections.connection import SYNC_AWAITED, Connection
from app.domain.connections.quota import DAY, free_at, scheduled_max
from app.domain.connections.sync import automatic
from app.domain.protocols.providers import Providers
from app.domain.protocols.syncs import SyncQueue


class ScheduleSyncs(Command[int]):
    pass


@command(ScheduleSyncs, workflow=None)
class ScheduleSyncsHandler:
    providers: Providers
    queue: SyncQueue
    policy: SyncPolicy
    clock: Clock

    async def __call__(self, _: ScheduleSyncs) -> Result[int]:
        now = self.clock.now()
        due = await self.queue.due(now, self.policy.due_max)
        recent = await self.queue.since([connection.id for connection in due], now - DAY)
        for connection in due:
            next_at = self._free_at(connection, recent[connection.id])
            if next_at is None:
                await self.queue.queue(automatic(connection, now), now)
            await self.queue.plan(connection.id, next_at or now + SYNC_AWAITED)
        return Success(len(due) + await self.queue.requeue())

    def _free_at(self, connection: Connection, recent: Sequence[datetime]) -> datetime | None:
        provider = self.providers.get(connection.provider_slug)
        return free_at(recent, scheduled_max(provider.description.syncs_per_day_max)) if provider else None
