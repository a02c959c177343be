"""A load generator: one raw HTTP/1.1 request over and over, on keep-alive connections, from a process of its own.

Cheap enough not to be what is measured, and the same for every server that is compared.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

import uvloop

CONNECTIONS = 16
WARM_UP_SECONDS = 0.5
DRAIN_SECONDS_MAX = 120.0


class MeasurementError(Exception):
    """A figure could not be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is sent, and to which port of this machine."""

    port: int
    path: str
    token: str = ""
    json: str = ""

    def encoded(self) -> bytes:
        lines = [f"{'POST' if self.json else 'GET'} {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        if self.token:
            lines.append(f"Authorization: Bearer {self.token}")
        if self.json:
            lines += ["Content-Type: application/json", f"Content-Length: {len(self.json)}"]
        return "\r\n".join([*lines, "", self.json]).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What was measured."""

    answers: int
    seconds: float
    p50_ms: float
    p99_ms: float
    worst_ms: float

    @property
    def rate(self) -> float:
        return self.answers / self.seconds


class Load:
    """Requests that are being sent; `timing` is there once they have ended."""

    timing: Timing


@contextmanager
def load(request: Request, *, connections: int = CONNECTIONS, pause_seconds: float = 0.0) -> Iterator[Load]:
    """Send requests while the context lasts. Each connection waits for its answer, then for the pause."""
    asked = {"request": asdict(request), "connections": connections, "pause_seconds": pause_seconds}
    command = [sys.executable, "-m", __spec__.name, json.dumps(asked)]
    running = Load()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None or process.stdout.readline() != "warm\n":
            raise MeasurementError(f"{request.path} did not answer")
        try:
            process.stdin.write("measure\n")
            process.stdin.flush()
            yield running
        finally:
            output, _ = process.communicate()
    if process.returncode != 0:
        raise MeasurementError(f"{request.path}: {output or 'the load generator failed'}")
    running.timing = Timing(**json.loads(output))


@dataclass(slots=True, kw_only=True)
class Run:
    """What the connections of this process share."""

    request: bytes
    pause_seconds: float
    is_ending: bool = False
    fault: str = ""
    milliseconds: list[float]


class Connection(asyncio.Protocol):
    """Sends, reads the answer by its Content-Length, and sends again."""

    def __init__(self, run: Run, loop: asyncio.AbstractEventLoop) -> None:
        self._run = run
        self._loop = loop
        self._head = b""
        self._missing = 0
        self._sent_at = 0.0
        self.ended: asyncio.Future[None] = loop.create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            self._head += data
            head, end, body = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self._missing = self._length(head) - len(body)
            self._head = b""
        if not self._missing:
            self._answered()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._run.is_ending:
            self._run.fault = self._run.fault or f"the server hung up {exc or ''}"
        if not self.ended.done():
            self.ended.set_result(None)

    def _send(self) -> None:
        self._sent_at = perf_counter()
        self._transport.write(self._run.request)

    def _answered(self) -> None:
        run = self._run
        run.milliseconds.append((perf_counter() - self._sent_at) * 1000)
        if run.is_ending or run.fault:
            self._transport.close()
        elif run.pause_seconds:
            self._loop.call_later(run.pause_seconds, self._send)
        else:
            self._send()

    def _length(self, head: bytes) -> int:
        if not head.startswith(b"HTTP/1.1 2"):
            self._run.fault = head.partition(b"\r\n")[0].decode()
        _, _, after = head.lower().partition(b"content-length:")
        return int(after.partition(b"\r\n")[0])


async def send(request: Request, connections: int, pause_seconds: float) -> Timing:
    """Warm up, then measure from the first line of standard input to its end."""
    loop = asyncio.get_running_loop()
    run = Run(request=request.encoded(), pause_seconds=pause_seconds, milliseconds=[])
    made = [
        (await loop.create_connection(lambda: Connection(run, loop), "127.0.0.1", request.port))[1]
        for _ in range(connections)
    ]
    await asyncio.sleep(WARM_UP_SECONDS)
    print("warm", flush=True)  # noqa: T201  # the parent reads it
    await asyncio.to_thread(sys.stdin.readline)
    run.milliseconds.clear()
    started = perf_counter()
    await asyncio.to_thread(sys.stdin.readline)
    run.is_ending = True
    await asyncio.wait([connection.ended for connection in made], timeout=DRAIN_SECONDS_MAX)
    if run.fault or not run.milliseconds:
        raise MeasurementError(run.fault or "no answer")
    return summed_up(run.milliseconds, perf_counter() - started)


def summed_up(milliseconds: list[float], seconds: float) -> Timing:
    ordered = sorted(milliseconds)
    return Timing(
        answers=len(ordered),
        seconds=seconds,
        p50_ms=ordered[len(ordered) // 2],
        p99_ms=ordered[int(len(ordered) * 0.99)],
        worst_ms=ordered[-1],
    )


def main(asked: dict[str, Any]) -> None:
    request = Request(**asked.pop("request"))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            timing = runner.run(send(request, **asked))
        except MeasurementError as error:
            print(error)  # noqa: T201  # as above
            sys.exit(1)
    print(json.dumps(asdict(timing)))  # noqa: T201  # as above


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
