"""A worker takes a sync on."""

from app.application.registry import Command, command
from app.core.clock import Clock
from app.core.ids import SyncId
from app.core.result import Result, Success
from app.domain.connections.sync import Sync
from app.domain.protocols.syncs import SyncRepository


class BeginSync(Command[Sync | None]):
    sync_id: SyncId


@command(BeginSync, workflow=None)
class BeginSyncHandler:
    """Answers None where there is nothing left to do."""

    syncs: SyncRepository
    clock: Clock

    async def __call__(self, message: BeginSync) -> Result[Sync | None]:
        return Success(await self.syncs.begin(message.sync_id, self.clock.now()))
