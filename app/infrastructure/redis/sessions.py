"""The live mark of a session: a short-lived key that saves most requests from asking PostgreSQL.

A mark is only ever written from what PostgreSQL said, and never over another value: who changes a session puts a
tombstone in its place first, so that a request that asked before the change cannot write what it learned after it.
Without Redis every request asks PostgreSQL: nothing fails open. Redis must not save itself to disk: loaded again after
a restart, a mark could tell of a session that ended meanwhile.
"""

import logging
import time
from collections.abc import Sequence

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.core.errors import OutOfServiceError
from app.core.ids import SessionId, UserId

MARK_SECONDS = 30
TOMBSTONE = b"-"
TOMBSTONE_SECONDS = 60  # longer than any request lasts
PAUSE_SECONDS = 1.0  # how long Redis is left alone after a fault, so that its time-out is paid once
SEEN = "1 minute"

LIVE = f"""
    with live as (
        select sessions.id, roles, last_seen_at, least($3, extract(epoch from expires_at - now()))::int as seconds
        from sessions join users on users.id = user_id cross join security_config
        where sessions.id = $1 and user_id = $2 and ended_at is null and expires_at > now() and is_active
            and (sessions.token_version >= greatest(users.token_version, security_config.token_version)
                or case when users.token_version > security_config.token_version
                    then now() < users.grace_until and sessions.token_version >= users.token_version - 1
                    else now() < security_config.grace_until
                        and sessions.token_version >= greatest(users.token_version, previous_version) end)
    ),
    seen as (
        update sessions set last_seen_at = now() from live
        where sessions.id = live.id and live.last_seen_at < now() - interval '{SEEN}'
    )
    select roles, seconds from live
"""  # noqa: S608  # a constant

log = logging.getLogger(__name__)


class RedisSessionGate:
    """Implements `SessionGate`."""

    def __init__(self, redis: Redis, pool: asyncpg.Pool) -> None:
        self._redis = redis
        self._pool = pool
        self._resume_at = 0.0

    async def roles(self, session_id: SessionId, user_id: UserId) -> tuple[str, ...] | None:
        key, owner = f"dashtam:live:{session_id}", str(user_id)
        mark = await self._read(key)
        if mark is not None and mark.startswith(owner):
            return tuple(mark[len(owner) + 1 :].split())
        row = await self._pool.fetchrow(LIVE, session_id, user_id, MARK_SECONDS)
        if row is None:
            return None
        if mark is None:
            await self._mark(key, f"{owner} {' '.join(row['roles'])}", row["seconds"])
        return tuple(row["roles"])

    async def forget(self, session_ids: Sequence[SessionId]) -> None:
        if not session_ids:
            return
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for session_id in session_ids:
                    pipe.set(f"dashtam:live:{session_id}", TOMBSTONE, ex=TOMBSTONE_SECONDS)
                await pipe.execute()
        except (RedisError, OSError) as error:
            raise OutOfServiceError("Redis could not be told that sessions changed") from error

    async def _read(self, key: str) -> str | None:
        if time.monotonic() < self._resume_at:
            return None
        try:
            found = await self._redis.get(key)
        except (RedisError, OSError) as error:
            self._pause(error)
            return None
        return found.decode() if isinstance(found, bytes) else found

    async def _mark(self, key: str, value: str, seconds: int) -> None:
        if seconds < 1 or time.monotonic() < self._resume_at:
            return
        try:
            await self._redis.set(key, value, ex=seconds, nx=True)
        except (RedisError, OSError) as error:
            self._pause(error)

    def _pause(self, error: Exception) -> None:
        self._resume_at = time.monotonic() + PAUSE_SECONDS
        log.warning("Redis does not answer; sessions are checked in PostgreSQL", extra={"error": repr(error)})
