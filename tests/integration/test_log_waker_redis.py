import asyncio
import time

from redis.asyncio import Redis

from app.infrastructure.redis.client import make_redis
from app.infrastructure.redis.guarded import GuardedRedis
from app.infrastructure.redis.waker import CHANNEL, RedisLogWaker
from app.settings import Settings
from tests.limits import PATIENCE_SECONDS
from tests.running import free_port
from tests.waiting import until

LONG = 60.0


def waker_of(redis: Redis) -> RedisLogWaker:
    return RedisLogWaker(redis, GuardedRedis(redis, PATIENCE_SECONDS))


async def subscribers(redis: Redis) -> int:
    ((_, count),) = await redis.pubsub_numsub(CHANNEL)
    return int(count)


async def test_a_call_is_heard_by_the_followers_of_other_processes(redis: Redis) -> None:
    ours, theirs = waker_of(redis), waker_of(redis)
    before = await subscribers(redis)

    async def listens() -> bool:
        return await subscribers(redis) > before

    async with theirs.listening():
        await until(listens, "a subscription")
        started = time.monotonic()
        await ours.wake()
        await theirs.wait(LONG)
        assert time.monotonic() - started < LONG


async def test_a_follower_hears_its_own_process_also_without_redis(settings: Settings) -> None:
    async with make_redis(f"redis://127.0.0.1:{free_port()}", settings.redis) as nobody:
        waker = waker_of(nobody)
        async with waker.listening(), asyncio.timeout(LONG):
            await waker.wake()
            await waker.wait(LONG * 2)


async def test_waiting_ends_by_itself(redis: Redis) -> None:
    async with asyncio.timeout(LONG):
        await waker_of(redis).wait(0.01)
