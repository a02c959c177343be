"""Asking PostgreSQL and Redis whether they answer."""

import asyncio
from collections.abc import Awaitable
from typing import cast

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.application.health import Health

SECONDS_MAX = 1.0


class ServerHealthProbe:
    """Implements `HealthProbe`."""

    def __init__(self, pool: asyncpg.Pool, redis: Redis) -> None:
        self._pool = pool
        self._redis = redis

    async def check(self) -> Health:
        postgres, redis = await asyncio.gather(
            answers(self._pool.fetchval("select 1")), answers(cast(Awaitable[object], self._redis.ping()))
        )
        return Health(ready=postgres, parts={"postgres": postgres, "redis": redis})


async def answers(question: Awaitable[object]) -> bool:
    try:
        await asyncio.wait_for(question, SECONDS_MAX)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, RedisError):
        return False
    return True
