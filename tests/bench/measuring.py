"""What every figure is taken with, and how it is printed."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import asyncpg
import httpx

from tests.bench.load import MeasurementError, Request, Timing, load
from tests.bench.person import Person
from tests.bench.servers import WebServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What the figures are taken of, and how long each takes."""

    app: WebServer
    folder: Path
    database_url: str
    rounds: int
    seconds: float
    connections: int
    megabytes: int

    @property
    def outbox(self) -> Path:
        return self.folder / "outbox"

    def person(self) -> Person:
        return Person.register(self.app.port, self.outbox)

    def request(self, path: str, person: Person | None = None) -> Request:
        return Request(port=self.app.port, path=path, token=person.token if person else "")

    def client(self) -> httpx.Client:
        """Somebody who is not logged in."""
        return httpx.Client(base_url=f"http://127.0.0.1:{self.app.port}/api/v1", timeout=60)

    def sql(self, *statements: str) -> None:
        asyncio.run(run_sql(self.database_url, *statements))


def measured(bench: Bench, request: Request) -> Timing:
    with load(request) as running:
        time.sleep(bench.seconds)
    return running.timing


async def run_sql(url: str, *texts: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for text in texts:
            await connection.execute(text)
    finally:
        await connection.close()


def expect(found: int, expected: int) -> None:
    if found != expected:
        raise MeasurementError(f"Expected {expected:,}, found {found:,}")


def rates(timings: list[Timing]) -> str:
    """The median of some rounds."""
    rate = median(timing.rate for timing in timings)
    p50, p99 = median(timing.p50_ms for timing in timings), median(timing.p99_ms for timing in timings)
    return f"{rate:,.0f}/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms"


def latencies(timing: Timing) -> str:
    return f"worst {timing.worst_ms:.0f} ms, p99 {timing.p99_ms:.0f} ms, p50 {timing.p50_ms:.1f} ms"


def report(figure: str, value: str, target: str = "", reference: str = "") -> None:
    print(f"{figure:40} {value:42} {target:15} {reference}".rstrip(), flush=True)  # noqa: T201  # its product
