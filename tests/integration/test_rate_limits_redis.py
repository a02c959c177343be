import asyncio
import random
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from app.domain.protocols.limits import Allowance, Bucket
from app.infrastructure.redis.client import make_redis
from app.infrastructure.redis.guarded import GuardedRedis
from app.infrastructure.redis.limits import LocalBuckets, RateLimitsBrokenError, RedisRateLimiter, key
from app.settings import Settings
from tests.limits import PATIENCE_SECONDS
from tests.running import free_port


def bucket(capacity: int = 3, refill_per_second: float = 0.01, *, is_strict: bool = False) -> Bucket:
    return Bucket(
        principal=uuid4().hex,
        operation="read",
        capacity=capacity,
        refill_per_second=refill_per_second,
        is_strict=is_strict,
    )


@pytest.fixture
def limiter(redis: Redis) -> RedisRateLimiter:
    return RedisRateLimiter(GuardedRedis(redis, PATIENCE_SECONDS))


@pytest.fixture
async def lonely(settings: Settings) -> AsyncIterator[RedisRateLimiter]:
    """A limiter whose Redis does not answer."""
    async with make_redis(f"redis://127.0.0.1:{free_port()}", settings.redis) as nobody:
        yield RedisRateLimiter(GuardedRedis(nobody, PATIENCE_SECONDS))


async def test_a_bucket_empties_and_says_when_it_refills(limiter: RedisRateLimiter, redis: Redis) -> None:
    one = bucket()
    answers = [await limiter.take(one) for _ in range(5)]
    assert [answer.remaining for answer in answers] == [2, 1, 0, 0, 0]
    assert [answer.retry_after_seconds for answer in answers] == [0, 0, 0, 100, 100]
    assert [answer.is_first_denial for answer in answers] == [False, False, False, True, False]
    now = (await redis.time())[0]
    assert [round((answer.reset_at - now) / 100) for answer in answers] == [1, 2, 3, 3, 3]
    assert 300_000 < await redis.pttl(key(one)) <= 301_000


async def test_after_the_wait_the_next_one_passes_and_not_before(limiter: RedisRateLimiter, redis: Redis) -> None:
    one = bucket(capacity=1, refill_per_second=0.5)
    assert (await limiter.take(one)).retry_after_seconds == 0
    wait = (await limiter.take(one)).retry_after_seconds
    assert wait == 2
    await aged(redis, one, wait - 1)
    assert (await limiter.take(one)).retry_after_seconds == 1
    await aged(redis, one, 1)
    assert (await limiter.take(one)).retry_after_seconds == 0


async def aged(redis: Redis, one: Bucket, seconds: float) -> None:
    """Make the bucket's last use as long ago as if that time had passed."""
    await redis.hincrbyfloat(key(one), "at", -seconds)


async def test_a_clock_that_went_back_gives_nothing_and_takes_nothing(limiter: RedisRateLimiter, redis: Redis) -> None:
    one = bucket()
    await limiter.take(one)
    await aged(redis, one, -1_000)
    assert (await limiter.take(one)).remaining == 1


async def test_of_many_at_once_only_as_many_as_fit_pass(redis: Redis) -> None:
    one, processes = bucket(capacity=7), [RedisRateLimiter(GuardedRedis(redis, PATIENCE_SECONDS)) for _ in range(4)]
    answers = await asyncio.gather(*(process.take(one) for process in processes for _ in range(10)))
    assert sum(answer.retry_after_seconds == 0 for answer in answers) == 7
    assert sum(answer.is_first_denial for answer in answers) == 1


async def test_a_forgotten_script_is_sent_again(limiter: RedisRateLimiter, redis: Redis) -> None:
    one = bucket(capacity=2)
    for wait in (0, 0, 100):
        answer = await limiter.take(one)
        assert (answer.is_degraded, answer.retry_after_seconds) == (False, wait)
        await redis.script_flush()


@pytest.mark.parametrize("seed", range(5))
async def test_the_process_s_own_buckets_count_as_redis_does(
    limiter: RedisRateLimiter, redis: Redis, seed: int
) -> None:
    dice = random.Random(seed)
    one, now = bucket(dice.randint(1, 5), dice.uniform(0.001, 2)), 1_000.0
    local = LocalBuckets(clock=lambda: now)
    for _ in range(60):
        passed = dice.choice([0, dice.uniform(0, 20)])
        if await redis.exists(key(one)):
            await aged(redis, one, passed)
        now += passed
        theirs, ours = await limiter.take(one), local.take(one)
        # The script runs in real time as well, which may cost a rounding.
        assert abs(theirs.remaining - ours.remaining) <= 1
        assert abs(theirs.retry_after_seconds - ours.retry_after_seconds) <= 1
        assert theirs.limit == ours.limit


async def test_without_redis_strict_buckets_go_on_and_others_say_that_they_do_not(lonely: RedisRateLimiter) -> None:
    strict, lax = bucket(is_strict=True), bucket()
    answers = [await lonely.take(strict) for _ in range(5)]
    assert [answer.retry_after_seconds > 0 for answer in answers] == [False, False, False, True, True]
    assert {answer.is_degraded for answer in answers} == {True}
    assert [await lonely.take(lax) for _ in range(5)] == [Allowance(limit=None, is_degraded=True)] * 5


def test_full_local_buckets_make_room_and_others_do_not() -> None:
    now = 1_000.0
    local = LocalBuckets(buckets_max=2, clock=lambda: now)
    for _ in range(2):
        local.take(bucket(capacity=1))
    assert [local.take(bucket(capacity=1)).retry_after_seconds for _ in range(2)] == [0, 100]
    now += 1_000
    assert [local.take(bucket(capacity=1)).retry_after_seconds for _ in range(2)] == [0, 0]


async def test_the_start_finds_that_limits_hold(limiter: RedisRateLimiter, lonely: RedisRateLimiter) -> None:
    await limiter.test()
    await lonely.test()  # which is no fault of the settings


@pytest.mark.parametrize("script", ["return 1 +", "return redis.call('NONSENSE')", "return {'', 1, 2, 0, 0, 0}"])
async def test_a_redis_that_does_not_limit_stops_the_start(
    redis: Redis, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded = GuardedRedis(redis, PATIENCE_SECONDS)
    monkeypatch.setattr(guarded, "_script", redis.register_script(script))
    with pytest.raises(RateLimitsBrokenError):
        await RedisRateLimiter(guarded).test()


async def test_a_refused_login_to_redis_stops_the_start(redis: Redis, settings: Settings) -> None:
    address = redis.connection_pool.connection_kwargs["path"]
    async with make_redis(f"unix://nobody@{address}?password=wrong", settings.redis) as refused:
        with pytest.raises(RateLimitsBrokenError, match=r"redis\.url"):
            await RedisRateLimiter(GuardedRedis(refused, PATIENCE_SECONDS)).test()
