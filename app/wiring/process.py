"""What runs beside requests and jobs in every process."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dishka import AsyncContainer

from app.domain.protocols.secrets import Ring, SecretsProtocol
from app.infrastructure.checkpointing import Checkpointing
from app.infrastructure.postgres.engine import make_engine
from app.infrastructure.postgres.relay import Relay
from app.infrastructure.redis.waker import RedisLogWaker
from app.settings import Environment, Settings
from app.wiring.migrations import upgrade
from app.wiring.servers import Servers


@asynccontextmanager
async def prepared(container: AsyncContainer) -> AsyncIterator[None]:
    """What any work needs: all keys and, in development, an up-to-date schema. Afterwards everything is let go."""
    servers, settings = await container.get(Servers), await container.get(Settings)
    try:
        secrets = await container.get(SecretsProtocol)
        for ring in Ring:  # a missing key stops the start, not the first request that needs it
            secrets.ring(ring)
        if settings.environment is not Environment.PRODUCTION:
            await upgrade(make_engine(servers.database_url, settings.database))
        yield
    finally:
        await container.close()
        await servers.release()


def spare_the_collector() -> None:
    """What lives as long as the process is not gone through again, which stopped all else for a tenth of a second."""
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def running(container: AsyncContainer) -> AsyncIterator[None]:
    """Everything a process needs while it serves: what any work needs, the relay, its waker, checkpoints."""
    async with prepared(container):
        relay, waker = await container.get(Relay), await container.get(RedisLogWaker)
        checkpointing = await container.get(Checkpointing)
        async with waker.listening():
            tasks = [
                asyncio.create_task(relay.run(), name="relay"),
                asyncio.create_task(checkpointing.run(), name="checkpointing"),
            ]
            spare_the_collector()
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
