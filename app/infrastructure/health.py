"""Asking PostgreSQL and Redis whether they answer."""

import asyncio
from collections.abc import Awaitable

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.application.health import Health
from app.infrastructure.postgres.relay import Relay
from app.infrastructure.stopping import Stopping

SECONDS_MAX = 1.0
LAG_SECONDS_MAX = 60.0


class ServerHealthProbe:
    """Implements `HealthProbe`."""

    def __init__(self, pool: asyncpg.Pool, redis: Redis, relay: Relay, stopping: Stopping) -> None:
        self._pool = pool
        self._relay = relay
        self._stopping = stopping
        self._redis = redis

    async def check(self) -> Health:
        postgres, redis, lag = await asyncio.gather(
            answer(self._pool.fetchval("select true")),
            answer(self._redis.ping()),
            answer(self._relay.lag_seconds()),
        )
        prompt = lag is not None and lag < LAG_SECONDS_MAX
        parts = {"postgres": bool(postgres), "redis": bool(redis), "events": prompt}
        stopping = self._stopping.begun
        ready = parts["postgres"] and not stopping
        return Health(ready=ready, parts=parts, event_lag_seconds=lag, stopping=stopping)


async def answer[A](question: Awaitable[A]) -> A | None:
    """What the server answered, None if it did not in time."""
    try:
        return await asyncio.wait_for(question, SECONDS_MAX)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, RedisError):
        return None
