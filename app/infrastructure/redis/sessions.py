"""The live mark of a session: a short-lived key that saves most requests from asking PostgreSQL.

A mark is only ever written from what PostgreSQL said. Without Redis every request asks PostgreSQL: nothing fails open.
"""

import logging
import time

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.core.ids import SessionId, UserId

MARK_SECONDS = 30
PAUSE_SECONDS = 1.0  # how long Redis is left alone after a fault, so that its time-out is paid once

LIVE = """
    select least($3, extract(epoch from expires_at - now()))::int from sessions join users on users.id = user_id
    where sessions.id = $1 and user_id = $2 and ended_at is null and expires_at > now() and is_active
"""

log = logging.getLogger(__name__)


class RedisSessionGate:
    """Implements `SessionGate`."""

    def __init__(self, redis: Redis, pool: asyncpg.Pool) -> None:
        self._redis = redis
        self._pool = pool
        self._resume_at = 0.0

    async def is_live(self, session_id: SessionId, user_id: UserId) -> bool:
        key, value = f"dashtam:live:{session_id}", str(user_id).encode()
        if await self._read(key) == value:
            return True
        seconds = await self._pool.fetchval(LIVE, session_id, user_id, MARK_SECONDS)
        if seconds is None:
            return False
        await self._mark(key, value, seconds)
        return True

    async def _read(self, key: str) -> bytes | str | None:
        if time.monotonic() < self._resume_at:
            return None
        try:
            return await self._redis.get(key)
        except (RedisError, OSError) as error:
            self._pause(error)
            return None

    async def _mark(self, key: str, value: bytes, seconds: int) -> None:
        if seconds < 1 or time.monotonic() < self._resume_at:
            return
        try:
            await self._redis.set(key, value, ex=seconds)
        except (RedisError, OSError) as error:
            self._pause(error)

    def _pause(self, error: Exception) -> None:
        self._resume_at = time.monotonic() + PAUSE_SECONDS
        log.warning("Redis does not answer; sessions are checked in PostgreSQL", extra={"error": repr(error)})
