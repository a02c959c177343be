"""The connection to Redis or Valkey: short time-outs, no retries; whoever uses it knows how to do without."""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from app.settings import RedisSettings


def make_redis(url: str, settings: RedisSettings) -> Redis:
    return Redis.from_url(
        url,
        socket_timeout=settings.timeout_seconds,
        socket_connect_timeout=settings.timeout_seconds,
        retry=Retry(NoBackoff(), 0),
        max_connections=100,
    )
