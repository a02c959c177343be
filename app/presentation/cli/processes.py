"""Sub-commands of `litestar` as child processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import click

STOP_SECONDS_MAX = 20
LOOK_SECONDS = 0.2
SHOWN_OF_LOG = 3_000


@dataclass(frozen=True, slots=True)
class Child:
    process: subprocess.Popen[bytes]
    log: Path | None

    def said(self) -> str:
        """What it logged so far."""
        return self.log.read_text("utf-8", "replace") if self.log else ""

    def check(self) -> None:
        """Complain, with the end of its log, if it has ended."""
        if self.process.poll() is not None:
            name = " ".join(map(str, self.process.args)) if isinstance(self.process.args, tuple) else ""
            raise click.ClickException(f"`{name}` ended.\n{self.said()[-SHOWN_OF_LOG:]}")


def on_interrupt(code: int) -> None:
    """From now on Ctrl-C ends the program with this code and without a word; cleaning up is not interrupted again."""

    def end(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.exit(code)

    signal.signal(signal.SIGINT, end)


def serve(*children: Child) -> None:
    """Wait for Ctrl-C, or complain as soon as a child ends by itself."""
    on_interrupt(0)
    while children:
        for child in children:
            child.check()
        time.sleep(LOOK_SECONDS)


def litestar(*arguments: str, log: Path | None = None, **environ: str) -> AbstractContextManager[Child]:
    """Run `litestar <arguments>` while the context lasts."""
    return child(sys.executable, "-m", "litestar", *arguments, log=log, **environ)


@contextmanager
def child(*command: str, log: Path | None = None, **environ: str) -> Iterator[Child]:
    """Run a program of ours while the context lasts; its output goes to the log, else where ours goes."""
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600) if log else None
    process = subprocess.Popen(command, env=os.environ | environ, stdout=output, stderr=output)  # noqa: S603  # ours
    try:
        yield Child(process, log)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS_MAX)
        if process.poll() is None:
            process.kill()
        if output is not None:
            os.close(output)
