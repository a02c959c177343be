"""The connection to Redis or Valkey: short time-outs, no retries; whoever uses it knows how to do without."""

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from app.settings import RedisSettings

CONNECTIONS_MAX = 50  # of a process; who finds none free waits for one


def make_redis(url: str, settings: RedisSettings) -> Redis:
    pool = BlockingConnectionPool.from_url(
        url,
        timeout=settings.timeout_seconds,
        socket_timeout=settings.timeout_seconds,
        socket_connect_timeout=settings.timeout_seconds,
        retry=Retry(NoBackoff(), 0),
        max_connections=CONNECTIONS_MAX,
    )
    return Redis.from_pool(pool)
