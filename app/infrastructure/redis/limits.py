"""Rate limits: token buckets in Redis, whose clock is everybody's; strict ones in this process while Redis is away."""

import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ClusterDownError,
    ConnectionError,  # noqa: A004  # Redis's own
    MasterDownError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    TimeoutError,  # noqa: A004  # Redis's own
)

from app.core.ids import uuid7
from app.domain.protocols.limits import Allowance, Bucket
from app.infrastructure.redis.guarded import GuardedRedis

log = logging.getLogger(__name__)

LOCAL_BUCKETS_MAX = 10_000
# A server in one of these states is away, as others are that do not answer; anything else is a fault of ours.
AWAY = (
    ConnectionError,
    TimeoutError,
    BusyLoadingError,
    ClusterDownError,
    MasterDownError,
    OutOfMemoryError,
    ReadOnlyError,
)


class RateLimitsBrokenError(Exception):
    """Redis answers, but does not limit; says what is wrong."""


class RedisRateLimiter:
    """Implements `RateLimiter`."""

    def __init__(self, redis: GuardedRedis) -> None:
        self._redis = redis
        self._local = LocalBuckets()

    async def take(self, bucket: Bucket) -> Allowance:
        answer = await self._redis.ask([key(bucket)], rates(bucket))
        return allowance(bucket, answer) if answer else self.take_degraded(bucket)

    def take_degraded(self, bucket: Bucket) -> Allowance:
        """What is allowed while Redis is away."""
        return self.take_here(bucket) if bucket.is_strict else Allowance(limit=None, is_degraded=True)

    def take_here(self, bucket: Bucket) -> Allowance:
        return self._local.take(bucket)

    async def test(self) -> None:
        """Prove that a bucket of two lets two pass and no third. Raises `RateLimitsBrokenError`.

        A server that is away is no fault of the settings: then the limits are degraded, and said to be.
        """
        bucket = Bucket(principal=f"test-{uuid7()}", operation="test", capacity=2, refill_per_second=0.01)
        try:
            answers = [await self._redis.ask_frankly([key(bucket)], rates(bucket)) for _ in range(3)]
        except (RedisError, OSError) as error:
            if isinstance(error, AuthenticationError) or isinstance(error.__cause__, AuthenticationError):
                raise RateLimitsBrokenError(f"Redis refuses the login in redis.url: {error}") from error
            if isinstance(error, (*AWAY, OSError)):
                log.warning("Redis does not serve: %r; rate limits are degraded until it does", error)
                return
            raise RateLimitsBrokenError(f"Redis does not run the rate limits' script: {error}") from error
        waits = [allowance(bucket, answer).retry_after_seconds for answer in answers]
        if [wait > 0 for wait in waits] != [False, False, True]:
            raise RateLimitsBrokenError(f"Redis runs the rate limits' script, but it does not limit: {answers}")


def key(bucket: Bucket) -> str:
    return f"dashtam:{{{bucket.principal}}}:limit:{bucket.operation}"


def rates(bucket: Bucket) -> list[float]:
    return [bucket.capacity, bucket.refill_per_second]


def allowance(bucket: Bucket, answer: Sequence[Any]) -> Allowance:
    """The script's answer in words."""
    _, _, remaining, full_at, wait, first_denial = answer
    return Allowance(
        limit=bucket.capacity,
        remaining=remaining,
        reset_at=full_at,
        retry_after_seconds=wait,
        is_first_denial=bool(first_denial),
    )


class LocalBuckets:
    """The script's arithmetic in this process; a test compares the two.

    Holds so many buckets and no more: where all of them are in use, newcomers share one.
    """

    def __init__(self, buckets_max: int = LOCAL_BUCKETS_MAX, clock: Callable[[], float] = time.monotonic) -> None:
        self._max = buckets_max
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float, float, bool]] = OrderedDict()

    def take(self, bucket: Bucket) -> Allowance:
        now = self._clock()
        name = self._place(f"{bucket.operation} {bucket.principal}", bucket.operation, now)
        level, at, _, denied = self._levels.get(name, (float(bucket.capacity), now, now, False))
        level = min(bucket.capacity, level + (now - at) * bucket.refill_per_second)
        is_allowed = level >= 1
        level -= is_allowed
        seconds_until_full = (bucket.capacity - level) / bucket.refill_per_second
        self._levels[name] = level, now, now + seconds_until_full, not is_allowed
        self._levels.move_to_end(name)
        return Allowance(
            limit=bucket.capacity,
            remaining=math.floor(level),
            reset_at=math.ceil(time.time() + seconds_until_full),
            retry_after_seconds=0 if is_allowed else math.ceil((1 - level) / bucket.refill_per_second),
            is_first_denial=not is_allowed and not denied,
            is_degraded=True,
        )

    def _place(self, name: str, shared: str, now: float) -> str:
        """Where the bucket is kept: full ones are forgotten, the longest unused first."""
        if name in self._levels or len(self._levels) < self._max:
            return name
        oldest = next(iter(self._levels))
        if self._levels[oldest][2] > now:
            return shared
        del self._levels[oldest]
        return name
