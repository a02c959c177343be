"""The servers that are measured: embedded PostgreSQL and Valkey in a folder of their own, web servers beside them."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Self

import psutil  # type: ignore[import-untyped]  # ships no types

from app.infrastructure.embedded.servers import EmbeddedServers, ServerAddresses
from app.settings import ROOT
from tests.bench.load import MeasurementError
from tests.limits import GENEROUS

START_SECONDS_MAX = 180.0
STOP_SECONDS_MAX = 15.0
MEBIBYTE = 1024 * 1024


@contextmanager
def embedded_servers() -> Iterator[tuple[Path, ServerAddresses]]:
    """A data folder with running servers; both are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="dashtam-bench-"))
    servers = EmbeddedServers(folder)
    try:
        yield folder, servers.start()
    finally:
        servers.stop()
        if servers.home:  # root's stands elsewhere, see app.infrastructure.embedded.home
            shutil.rmtree((servers.home / "s").resolve(), ignore_errors=True)
            shutil.rmtree(servers.home)
        shutil.rmtree(folder, ignore_errors=True)


class WebServer:
    """One granian worker on a free port of this machine, from `start` to `stop`."""

    def __init__(self, application: str, health: str, folder: Path, **environ: str) -> None:
        self._application = application
        self._health = health
        self.environ = (
            own_environ() | GENEROUS | {"DASHTAM_DATA_DIR": str(folder), "DASHTAM_ENVIRONMENT": "test"} | environ
        )
        self._log = folder / f"{application.replace(':', '.')}.log"
        self.port = free_port()

    def start(self) -> float:
        """Start it; answer after how many seconds it was healthy."""
        run = ["-m", "litestar", "--app", self._application, "run", "--port", str(self.port), "--web-concurrency", "1"]
        started = time.perf_counter()
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, *run], cwd=ROOT, env=self.environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        while not self._is_healthy():
            if self._process.poll() is not None or time.perf_counter() - started > START_SECONDS_MAX:
                self.stop()
                raise MeasurementError(f"{self._application} does not start: {self._log.read_text()[-2000:]}")
            time.sleep(0.01)
        return time.perf_counter() - started

    def stop(self) -> None:
        with suppress(psutil.NoSuchProcess):
            family = [self._process_info(), *self._process_info().children(recursive=True)]
            self._process.terminate()
            _, alive = psutil.wait_procs(family, STOP_SECONDS_MAX)
            for process in alive:
                process.kill()
        self._process.wait()

    def worker(self) -> psutil.Process:
        """The process that serves: the one below the supervisors, not the small one that watches shared memory."""
        leaves = [process for process in self._process_info().children(recursive=True) if not process.children()]
        return max(leaves, key=lambda process: process.memory_info().rss)

    def memory(self) -> float:
        """MiB of the process that serves."""
        return float(self.worker().memory_info().rss / MEBIBYTE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _process_info(self) -> psutil.Process:
        return psutil.Process(self._process.pid)

    def _is_healthy(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=1)
        try:
            connection.request("GET", self._health)
            return connection.getresponse().status < 500
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


@contextmanager
def peak_memory(process: psutil.Process) -> Iterator[list[float]]:
    """Fills the list with one number at its end: the most MiB the process held meanwhile."""
    over = threading.Event()
    peak = process.memory_info().rss
    found: list[float] = []

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.01):
            peak = max(peak, process.memory_info().rss)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()
        found.append(peak / MEBIBYTE)


def own_environ() -> dict[str, str]:
    """The environment without settings: what is measured is the default, byte code cached as usual."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DASHTAM_", "LITESTAR_", "GRANIAN_", "PYTHON"))
        and name not in {"DATABASE_URL", "REDIS_URL"}
    }


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
