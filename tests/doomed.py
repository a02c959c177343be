"""Workers to be killed: forked from a process that has loaded everything, so that one more costs little.

`python -m tests.doomed` starts one for each line that it reads, and says its number.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil  # type: ignore[import-untyped]  # it ships no types

from app.core.loading import load
from app.settings import ROOT, load_settings
from app.wiring.servers import Servers
from app.wiring.worker import work


@dataclass(frozen=True, slots=True)
class Nursery:
    """Bears workers that run as `litestar worker` does."""

    asking: IO[bytes]
    telling: IO[bytes]

    def worker(self) -> psutil.Process:
        self.asking.write(b"\n")
        self.asking.flush()
        return psutil.Process(int(self.telling.readline()))


@contextmanager
def nursery(environ: Mapping[str, str], log: Path) -> Iterator[Nursery]:
    """Everything it bore ends with it."""
    with (
        log.open("ab") as output,
        subprocess.Popen(
            [sys.executable, "-m", "tests.doomed"],
            cwd=ROOT,
            env=os.environ | environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
        ) as mother,
    ):
        assert mother.stdin
        assert mother.stdout
        yield Nursery(mother.stdin, mother.stdout)
        for child in psutil.Process(mother.pid).children(recursive=True):
            child.kill()


def bear() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    for package in ("app.application", "app.infrastructure"):
        load(package)
    for _ in sys.stdin.buffer:
        child = os.fork()
        if not child:
            settings = load_settings()
            asyncio.run(work(settings, Servers(settings, os.environ)))
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    bear()
