"""Figures of access: what the policy costs a request, and what a Redis that does not answer adds."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from os import kill
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvloop
from dishka import AsyncContainer
from redis.asyncio import Redis

from app.infrastructure.embedded.servers import EmbeddedServers
from app.presentation.http.policy import Policy, PolicyMiddleware
from app.presentation.http.registry import ROUTES
from app.presentation.http.rules import Queries
from app.settings import load_settings
from app.wiring.container import web_container
from app.wiring.servers import Servers
from tests.bench.load import MeasurementError, load
from tests.bench.measuring import Bench, expect, latencies, measured, report
from tests.bench.person import Person
from tests.bench.servers import own_environ
from tests.limits import GENEROUS

REQUESTS = 3_000
ME = "/api/v1/users/me"


def policy(bench: Bench) -> None:
    """Authenticate, session, authorize, limit, headers: own CPU, one request after another."""
    person = bench.person()
    rounds = sorted(uvloop.run(cost(bench.folder, person)) for _ in range(bench.rounds))
    report("policy of a request, own CPU", f"{rounds[len(rounds) // 2]:.0f} us, best {rounds[0]:.0f}", "< 350 us")


async def cost(folder: Path, person: Person) -> float:
    """Microseconds of this process for each request; each is one round trip to Redis."""
    environ = own_environ() | GENEROUS | {"DASHTAM_DATA_DIR": str(folder), "DASHTAM_ENVIRONMENT": "test"}
    settings = load_settings(environ=environ)
    servers = Servers(settings, environ)
    container = web_container(settings, servers)
    try:
        return await repeated(container, person)
    finally:
        await container.close()
        await servers.release()


async def repeated(container: AsyncContainer, person: Person) -> float:
    gate, redis = await container.get(Policy), await container.get(Redis)
    gate.queries = Queries({})
    middleware, app = PolicyMiddleware(), SimpleNamespace(state={"policy": gate})
    meta = next(meta for meta in ROUTES if meta.operation_id == "get_current_user")
    handler = SimpleNamespace(opt={"route": meta})
    headers = [(b"authorization", f"Bearer {person.token}".encode()), (b"user-agent", b"bench")]

    async def nothing(*_: Any) -> None:
        pass

    async def ask() -> None:
        state: dict[str, Any] = {"trace_id": "x", "headers": {}}
        scope: Any = {"headers": headers, "client": ("127.0.0.1", 1), "query_string": b"", "state": state}
        scope |= {"route_handler": handler, "litestar_app": app}
        await middleware.handle(scope, nothing, nothing, nothing)  # type: ignore[arg-type]  # nobody sends or receives
        expect(len(state["headers"]), 3)

    for _ in range(REQUESTS // 10):
        await ask()
    before, started = await commands(redis), time.process_time()
    for _ in range(REQUESTS):
        await ask()
    spent = time.process_time() - started
    expect(await commands(redis) - before, REQUESTS)
    return spent / REQUESTS * 1e6


async def commands(redis: Redis) -> int:
    """How many scripts Redis was asked to run."""
    return int((await redis.info("commandstats"))["cmdstat_evalsha"]["calls"])


def redis_away(bench: Bench) -> None:
    person = bench.person()
    there = measured(bench, bench.request(ME, person))
    with frozen(bench.folder), load(bench.request(ME, person), connections=1) as silent:
        time.sleep(max(bench.seconds, 3))
    report("GET users/me, Redis there", latencies(there))
    report("  Redis takes requests and answers none", latencies(silent.timing), "worst + 50 ms")


@contextmanager
def frozen(folder: Path) -> Iterator[None]:
    pid = EmbeddedServers(folder).status().valkey_pid
    if pid is None:
        raise MeasurementError("Valkey does not run")
    kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        kill(pid, signal.SIGCONT)
