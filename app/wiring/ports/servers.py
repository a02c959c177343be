"""The servers, connections to them, and a command's transaction."""

from collections.abc import AsyncIterator

import asyncpg
from dishka import AsyncContainer, Provider, Scope, provide
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.application.dispatch import Dispatcher
from app.application.health import HealthProbe
from app.core.clock import Clock
from app.domain.protocols.secrets import SecretsProtocol
from app.domain.protocols.unit_of_work import UnitOfWork
from app.infrastructure.clock import SystemClock
from app.infrastructure.health import ServerHealthProbe
from app.infrastructure.postgres.engine import make_engine, make_pool
from app.infrastructure.postgres.unit_of_work import PostgresUnitOfWork
from app.infrastructure.redis.client import make_redis
from app.infrastructure.redis.guarded import GuardedRedis
from app.infrastructure.stopping import Stopping
from app.settings import Settings
from app.wiring.servers import Servers


class ServersProvider(Provider):
    scope = Scope.APP

    clock = provide(SystemClock, provides=Clock)
    health_probe = provide(ServerHealthProbe, provides=HealthProbe)

    @provide
    def stopping(self, settings: Settings) -> Stopping:
        return Stopping(settings.http.drain_seconds)

    @provide
    async def engine(self, servers: Servers, settings: Settings) -> AsyncIterator[AsyncEngine]:
        engine = make_engine(servers.database_url, settings.database)
        yield engine
        await engine.dispose()

    @provide
    async def pool(self, servers: Servers, settings: Settings) -> AsyncIterator[asyncpg.Pool]:
        async with await make_pool(await servers.database_url(), settings.database) as pool:
            yield pool

    @provide
    async def redis(self, servers: Servers, settings: Settings) -> AsyncIterator[Redis]:
        async with make_redis((await servers.addresses()).redis_url, settings.redis) as redis:
            yield redis

    @provide
    def guarded_redis(self, redis: Redis, settings: Settings) -> GuardedRedis:
        return GuardedRedis(redis, settings.redis.answer_timeout_seconds)

    @provide
    async def secrets(self, servers: Servers) -> SecretsProtocol:
        return await servers.secrets()


class ServersRequestProvider(Provider):
    scope = Scope.REQUEST

    work = provide(PostgresUnitOfWork, provides=UnitOfWork)

    @provide
    async def session(self, engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(engine, expire_on_commit=False) as session:
            yield session

    @provide
    def dispatcher(self, container: AsyncContainer) -> Dispatcher:
        return Dispatcher(container.get)
