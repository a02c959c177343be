"""What runs syncs: each of its messages in a scope of its own, for the user whose connection it is."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from dishka import AsyncContainer
from pgqueuer.models import Job

from app.application.dispatch import Dispatcher
from app.application.registry import Message
from app.application.syncs.policy import SyncPolicy
from app.application.syncs.run import SyncRun
from app.core.clock import Clock
from app.core.ids import SyncId, UserId, uuid7
from app.core.result import Result
from app.domain.identity.actor import Actor
from app.domain.protocols.connections import ConnectionLocks
from app.domain.protocols.providers import Providers
from app.domain.protocols.syncs import OpenSyncs


async def sync_run(container: AsyncContainer) -> SyncRun:
    async def send(message: Message[Any], user_id: UserId) -> Result[Any]:
        who = Actor(trace_id=str(uuid7()), user_id=user_id, user_agent="job sync")
        async with container({Actor: who}) as scope:
            dispatch: Dispatcher = await scope.get(Dispatcher)
            return await dispatch(message)

    return SyncRun(
        send=send,
        opened=await container.get(OpenSyncs),
        locks=await container.get(ConnectionLocks),
        providers=await container.get(Providers),
        policy=await container.get(SyncPolicy),
        clock=await container.get(Clock),
    )


def syncing(run: SyncRun) -> Callable[[Job], Awaitable[None]]:
    """What PgQueuer calls when a sync is queued."""

    async def sync(job: Job) -> None:
        await run(SyncId(UUID((job.payload or b"").decode())))

    return sync
