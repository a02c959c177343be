"""Waking the relays of all processes through one Redis channel. A lost message costs half a second, nothing more."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.infrastructure.redis.guarded import GuardedRedis

CHANNEL = "dashtam:log"
RETRY_SECONDS = 1.0

log = logging.getLogger(__name__)


class RedisLogWaker:
    """Implements `LogWaker`."""

    def __init__(self, redis: Redis, guarded: GuardedRedis) -> None:
        self._redis = redis
        self._guarded = guarded
        self._woken = asyncio.Event()
        self._caller = secrets.token_bytes(8)  # by which one's own calls are known when they come back

    async def wake(self) -> None:
        self._woken.set()
        if self._guarded.is_away:
            return  # other processes poll
        if fault := await self._guarded.tell(self._redis.publish(CHANNEL, self._caller)):
            log.warning("Other processes were not woken; they will poll", extra={"error": repr(fault)})

    async def wait(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        woken = self._woken.is_set()
        self._woken.clear()
        return woken

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Hear what other processes call, for as long as the context lasts."""
        task = asyncio.create_task(self._listen(), name="log-waker")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
                    await channel.subscribe(CHANNEL)
                    while True:
                        message = await channel.get_message(timeout=None)
                        if message and message["data"] != self._caller:
                            self._woken.set()
            except (RedisError, OSError) as error:
                log.warning("Not listening for events; polling instead", extra={"error": repr(error)})
                await asyncio.sleep(RETRY_SECONDS)
