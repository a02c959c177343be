"""Syncing many connections through two workers, the bank simulator beside them; all on this machine's cores.

Each connection has two accounts of 500 rows that nobody has read yet. `--connections 1000` is the whole crowd.
"""

import asyncio
import base64
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import batched

import asyncpg
import httpx
import psutil  # type: ignore[import-untyped]  # ships no types

from app.infrastructure.embedded.servers import EmbeddedServers
from tests.bench.load import MeasurementError
from tests.bench.measuring import Bench, expect, report
from tests.bench.person import created
from tests.bench.servers import MEBIBYTE
from tests.running import Program, program
from tests.sandbox import Sandbox, sandbox_running

WORKERS = 2
ACCOUNTS, ACCOUNT_ROWS = 2, 500
ROWS = ACCOUNTS * ACCOUNT_ROWS
CONNECTIONS_A_PERSON = 10
READERS = 8  # of the floor, at once
LOOK_SECONDS = 0.5
SECONDS_MAX = 3_600
WINDOW_DAYS = 44
HISTORY_DAYS = 365
DONE = "select count(*) from syncs where finished_at is not null"
# By what their command lines say.
PROCESSES = {
    "app.sandbox": "the simulator",
    " worker": "the workers",
    "app:create_app": "the API",
}
WENT = """
    select extract(epoch from max(finished_at) - min(started_at))::float as seconds,
        (select coalesce(sum(created), 0)::int from sync_accounts) as created,
        array_agg(distinct state || ' ' || coalesce(error ->> 'detail', '')) as states from syncs
"""


@dataclass(slots=True)
class Usage:
    """What processes took while they were watched: seconds of CPU by name, MiB of each worker at each look."""

    cpu: dict[str, float] = field(default_factory=dict)
    memory: list[float] = field(default_factory=list)


def syncs(bench: Bench) -> None:
    with ExitStack() as running:
        bank = running.enter_context(sandbox_running(bench.folder / "sandbox.log"))
        bench.app.stop()
        bench.app.environ |= bank.environ
        bench.app.start()
        read_alone(bank, bench.connections)
        connect(bench, bank)
        logs = [bench.folder / f"worker-{number}.log" for number in range(WORKERS)]
        workers = [running.enter_context(program(bench.app.environ, log, "worker")) for log in logs]
        while not all("Working" in worker.said for worker in workers):
            time.sleep(0.05)
        with watched(bench, workers) as usage:
            seconds, created_rows = asyncio.run(finished(bench))
    expect(created_rows, bench.connections * ROWS)
    tell(bench, usage, seconds)


def tell(bench: Bench, usage: Usage, seconds: float) -> None:
    rows = bench.connections * ROWS
    figure = f"sync {bench.connections:,} connections x {ROWS:,} rows"
    report(figure, f"{rows / seconds:,.0f} rows/s", ">= 5,000/s")
    for name, cpu in usage.cpu.items():
        report(f"  CPU of {name}", f"{cpu:.1f} s, {cpu / rows * 1e6:.0f} us a row")
    total = sum(usage.cpu.values())
    report("  CPU of all", f"{total:.1f} s, {total / seconds:.2f} cores, {rows / total * 2:,.0f} rows/s of two cores")
    tenth, most = usage.memory[len(usage.memory) // 10], max(usage.memory)
    report("  memory of a worker", f"{tenth:.0f} MiB at a tenth, {usage.memory[-1]:.0f} at the end, {most:.0f} most")


def read_alone(bank: Sandbox, connections: int) -> None:
    """How fast the simulator answers the same requests to a client that does nothing with them: the floor."""
    today = datetime.now(UTC)

    def read(claim: str) -> None:
        access = httpx.URL(client.post(claim).text.strip())
        for window in range(HISTORY_DAYS // WINDOW_DAYS + 1):
            ends_at = today - timedelta(days=window * WINDOW_DAYS)
            starts_at = ends_at - timedelta(days=WINDOW_DAYS)
            asked = {"start-date": f"{starts_at.timestamp():.0f}", "end-date": f"{ends_at.timestamp():.0f}"}
            client.get(f"{access}/accounts", params=asked | {"version": "2"}).raise_for_status()

    with httpx.Client(base_url=bank.base_url, trust_env=False) as client, ThreadPoolExecutor(READERS) as readers:
        tokens = [setup_token(client, f"floor-{number}x{ACCOUNT_ROWS}") for number in range(connections)]
        claims = [base64.b64decode(token).decode() for token in tokens]
        started = time.perf_counter()
        list(readers.map(read, claims))
        rate = connections * ROWS / (time.perf_counter() - started)
    report("the simulator alone (the floor)", f"{rate:,.0f} rows/s")


def setup_token(client: httpx.Client, name: str) -> str:
    there = client.get("/bank", params={"customer": name, "provider": "simplefin"}).raise_for_status().json()
    token: str = there["providers"]["simplefin"]["credentials"]["setup_token"]
    return token


def connect(bench: Bench, bank: Sandbox) -> None:
    """People with ten connections each, whose first syncs wait, as no worker runs yet."""
    with httpx.Client(base_url=bank.base_url, trust_env=False) as client:
        for numbers in batched(range(bench.connections), CONNECTIONS_A_PERSON, strict=False):
            person = bench.person()
            for number in numbers:
                typed = {"setup_token": setup_token(client, f"crowd-{number}x{ACCOUNT_ROWS}")}
                body = {"provider_slug": "simplefin", "credentials": typed}
                created(person.client.post("/connections", json=body))


async def finished(bench: Bench) -> tuple[float, int]:
    """When all syncs have ended: seconds from the first one's begin to the last one's end, and the rows they made."""
    connection = await asyncpg.connect(bench.database_url)
    until = time.monotonic() + SECONDS_MAX
    while await connection.fetchval(DONE) < bench.connections:
        if time.monotonic() > until:
            raise MeasurementError("The syncs do not end.")
        await asyncio.sleep(LOOK_SECONDS)
    went = await connection.fetchrow(WENT)
    await connection.close()
    if [state.strip() for state in went["states"]] != ["succeeded"]:
        raise MeasurementError(f"Syncs {went['states']}")
    return went["seconds"], went["created"]


@contextmanager
def watched(bench: Bench, workers: Sequence[Program]) -> Iterator[Usage]:
    """Look at the workers' memory now and then, and at everybody's CPU before and after."""
    usage, over = Usage(), threading.Event()

    def watch() -> None:
        while not over.wait(LOOK_SECONDS):
            usage.memory.extend(psutil.Process(one.process.pid).memory_info().rss / MEBIBYTE for one in workers)

    thread = threading.Thread(target=watch)
    thread.start()
    before = spent(bench)
    try:
        yield usage
    finally:
        over.set()
        thread.join()
        after = spent(bench)
        usage.cpu = {name: seconds - before.get(name, 0) for name, seconds in after.items()}


def spent(bench: Bench) -> dict[str, float]:
    """Seconds of CPU so far of all processes, with those below them, also of such that have ended."""
    servers = EmbeddedServers(bench.folder).status()
    roots = [("PostgreSQL", servers.postgres_pid), ("Valkey", servers.valkey_pid)]
    for child in psutil.Process().children():
        named = next((name for mark, name in PROCESSES.items() if mark in " ".join(child.cmdline())), None)
        roots += [(named, child.pid)] if named else []
    found: dict[str, float] = {}
    for name, pid in roots:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        found[name] = found.get(name, 0.0) + sum(sum(one.cpu_times()[:4]) for one in family)
    return found
