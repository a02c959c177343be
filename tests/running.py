"""Dashtam as its users run it: a process, spoken to over HTTP."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]  # it ships no types

from app.settings import ROOT

LITESTAR = Path(sys.executable).with_name("litestar")
METRICS_TOKEN = "a token of the scraper"
START_SECONDS_MAX = 150.0
STOP_SECONDS_MAX = 60.0  # a busy machine ends a process slowly, too
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A `litestar` command that runs."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def kill(self) -> None:
        """End it and what it started at once, as a crash of the machine would."""
        self._end(signal.SIGKILL)

    def interrupt(self) -> None:
        """End it as Ctrl-C in its terminal does."""
        self._end(signal.SIGINT)

    def _end(self, number: signal.Signals) -> None:
        family = [psutil.Process(self.process.pid)]
        family += family[0].children(recursive=True)
        for member in family:
            member.send_signal(number)
        psutil.wait_procs(family, STOP_SECONDS_MAX)
        self.process.wait(STOP_SECONDS_MAX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server(Program):
    """The API."""

    base_url: str
    data_dir: Path


@contextmanager
def program(
    environ: Mapping[str, str], log: Path, *command: str, name: str = "litestar", tree: Path = ROOT
) -> Iterator[Program]:
    """Run a command of `litestar`, or of another program that is installed with it, until the context ends."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [LITESTAR.with_name(name), *command],
            cwd=tree,
            env=os.environ | environ,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    running = Program(process=process, log=log)
    try:
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                running.kill()
                raise


@contextmanager
def serving(environ: Mapping[str, str], log: Path, tree: Path = ROOT) -> Iterator[Server]:
    """Run the API until the context ends; it answers when the context begins."""
    port = free_port()
    where = ("--host", "127.0.0.1", "--port", str(port))
    # As the image does; `litestar run` is this with one process more around it.
    asgi = ("--interface", "asgi", "--factory", "--no-ws", *where, "app:create_app")
    with program(environ, log, *asgi, name="granian", tree=tree) as started:
        server = Server(
            process=started.process,
            log=log,
            base_url=f"http://127.0.0.1:{port}",
            data_dir=Path(environ["DASHTAM_DATA_DIR"]),
        )
        deadline = time.monotonic() + START_SECONDS_MAX
        while not is_alive(server.base_url):
            assert server.process.poll() is None, f"The server died:\n{server.said}"
            assert time.monotonic() < deadline, f"The server does not answer:\n{server.said}"
            time.sleep(POLL_SECONDS)
        yield server


def is_alive(base_url: str) -> bool:
    try:
        return httpx.get(f"{base_url}/health/live", timeout=1, trust_env=False).is_success
    except httpx.TransportError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
