"""The live mark of a session: a short-lived key that saves most requests from asking PostgreSQL.

A mark is only ever written from what PostgreSQL said, and never over another value: who changes a session puts a
tombstone in its place first, so that a request that asked before the change cannot write what it learned after it.
Reading it and taking the request out of the user's bucket is one round trip. Without Redis every request asks
PostgreSQL: nothing fails open; and so it does after a fault, for as long as a mark lives that Redis could not be told
to forget. Redis must not save itself to disk: loaded again after a restart, a mark could tell of a session that ended
meanwhile.
"""

from collections.abc import Sequence
from typing import Any

import asyncpg
from redis.asyncio import Redis

from app.core.errors import OutOfServiceError
from app.core.ids import SessionId, UserId
from app.domain.protocols.limits import Allowance, Bucket
from app.domain.protocols.sessions import Entry
from app.infrastructure.redis.guarded import GuardedRedis
from app.infrastructure.redis.limits import RedisRateLimiter, allowance, key, rates

MARK_SECONDS = 30
TOMBSTONE = b"-"
TOMBSTONE_SECONDS = 60  # longer than any request lasts
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


class RedisSessionGate:
    """Implements `SessionGate`."""

    def __init__(self, redis: Redis, guarded: GuardedRedis, limiter: RedisRateLimiter, pool: asyncpg.Pool) -> None:
        self._redis = redis
        self._guarded = guarded
        self._limiter = limiter
        self._pool = pool

    async def enter(self, session_id: SessionId, user_id: UserId, bucket: Bucket) -> Entry | None:
        mark = mark_key(user_id, session_id)
        answer = await self._guarded.ask([key(bucket), mark], rates(bucket))
        is_marked = answer is not None and len(answer) > 1
        if answer and is_marked and not self._guarded.failed_within(MARK_SECONDS):
            return Entry(roles=tuple(answer[0][1:].decode().split()), allowance=allowance(bucket, answer))
        row = await self._pool.fetchrow(LIVE, session_id, user_id, MARK_SECONDS)
        if row is None:
            return None
        taken = allowance(bucket, answer) if answer and is_marked else await self._marked(mark, answer, row, bucket)
        return Entry(roles=tuple(row["roles"]), allowance=taken)

    async def forget(self, user_id: UserId, session_ids: Sequence[SessionId]) -> None:
        if not session_ids:
            return
        pipe = self._redis.pipeline(transaction=False)
        for session_id in session_ids:
            pipe.set(mark_key(user_id, session_id), TOMBSTONE, ex=TOMBSTONE_SECONDS)
        if fault := await self._guarded.tell(pipe.execute()):
            raise OutOfServiceError("Redis could not be told that sessions changed") from fault

    async def _marked(self, mark: str, answer: list[Any] | None, row: asyncpg.Record, bucket: Bucket) -> Allowance:
        """Take the request out of its bucket, and on the same way mark the session where nothing stands."""
        if answer is None:
            return self._limiter.take_degraded(bucket)
        if answer[0] or row["seconds"] < 1:
            return await self._limiter.take(bucket)
        live = [f"+{' '.join(row['roles'])}", row["seconds"]]
        taken = await self._guarded.ask([key(bucket), mark], [*rates(bucket), *live])
        return allowance(bucket, taken) if taken else self._limiter.take_degraded(bucket)


def mark_key(user_id: UserId, session_id: SessionId) -> str:
    return f"dashtam:{{{user_id}}}:live:{session_id}"
