"""A server as a process which outlives the one that started it.

The server inherits a locked file, which stays locked while it or a child of it lives. A process number alone could
not tell: it may be a zombie's, or belong to another program by now.
"""

import fcntl
import os
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from signal import Signals

from app.infrastructure.embedded.errors import EmbeddedServersError
from app.infrastructure.embedded.home import Home, RunAs
from app.infrastructure.embedded.locks import open_lock, try_lock

START_SECONDS_MAX = 30.0
STOP_SECONDS_MAX = 20.0
RUN_SECONDS_MAX = 60.0
ANSWER_SECONDS_MAX = 2.0
POLL_SECONDS = 0.01
LOG_BYTES_MAX = 5_000_000
LOG_BYTES_SHOWN = 2_000
ANSWER_BYTES_MAX = 4_096
# LC_ALL because PostgreSQL on macOS refuses to start without; no PG* variable of the caller may reach the server.
ENVIRONMENT: Mapping[str, str] = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
# The outer shell ends at once, so that the server is nobody's child to wait for. The inner one writes its number into
# the locked file, which is its output, and becomes the server, which keeps the file open.
LAUNCH = """/bin/sh -c 'echo $$; exec "$@" 3>&1 >&2' sh "$@" &"""


class ServerProcess:
    def __init__(self, name: str, home: Home) -> None:
        self.name = name
        self.home = home
        self.lock = home.path / f"{name.lower()}.lock"
        self.log = home.path / f"{name.lower()}.log"

    def is_alive(self) -> bool:
        if not self.lock.exists():
            return False
        descriptor = open_lock(self.lock)
        try:
            return not try_lock(descriptor, fcntl.LOCK_EX)
        finally:
            os.close(descriptor)

    def pid(self) -> int | None:
        number = self.lock.read_text().strip() if self.is_alive() else ""
        return int(number) if number else None

    def launch(self, command: Sequence[str | Path]) -> None:
        """Start it without waiting; it must not be alive."""
        lock = open_lock(self.lock)
        log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            try_lock(lock, fcntl.LOCK_EX)
            os.ftruncate(lock, 0)
            if os.fstat(log).st_size > LOG_BYTES_MAX:
                os.ftruncate(log, 0)
            run(["/bin/sh", "-c", LAUNCH, "sh", *command], self.home, output=lock, errors=log)
        finally:
            os.close(log)
            os.close(lock)

    def wait_until(self, answers: Callable[[], bool], launch: Callable[[], None]) -> None:
        """Wait for its answer; launches it once more, for it may have been about to end when it was found alive."""
        deadline = time.monotonic() + START_SECONDS_MAX
        launched = False
        while not answers():
            if not self.is_alive():
                if launched:
                    raise EmbeddedServersError(f"{self.name} does not start. {self._last_words()}")
                launch()
                launched = True
            if time.monotonic() > deadline:
                raise EmbeddedServersError(
                    f"{self.name} runs (process {self.pid()}) but does not answer after {START_SECONDS_MAX:.0f} s; "
                    f"stop it with `litestar embedded stop`. {self._last_words()}"
                )
            time.sleep(POLL_SECONDS)

    def send(self, number: Signals) -> None:
        pid = self.pid()
        if pid is not None:
            # Sent as the servers' user: root can then hit no other user's process, whatever the number means by now.
            kill = ["/bin/sh", "-c", 'kill -s "$1" "$2" 2>/dev/null || true', "sh"]
            run([*kill, number.name.removeprefix("SIG"), str(pid)], self.home)

    def wait_stopped(self, last_resort: Signals) -> None:
        if not self._ends():
            self.send(last_resort)
            if not self._ends():
                raise EmbeddedServersError(f"{self.name} (process {self.pid()}) does not stop. {self._last_words()}")

    def _ends(self) -> bool:
        deadline = time.monotonic() + STOP_SECONDS_MAX
        while self.is_alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def _last_words(self) -> str:
        text = self.log.read_bytes()[-LOG_BYTES_SHOWN:].decode(errors="replace") if self.log.exists() else ""
        return f"The end of {self.log}:\n{text}"


def run(
    command: Sequence[str | Path],
    home: Home,
    *,
    owner: RunAs | None = None,
    stdin: str = "",
    output: int = subprocess.PIPE,
    errors: int = subprocess.STDOUT,
) -> None:
    """Run a program to its end as the servers' user."""
    owner = home.owner if owner is None else owner
    try:
        done = subprocess.run(  # noqa: S603 - programs of the wheels and /bin/sh, arguments of ours
            command,
            cwd=home.path,
            env=ENVIRONMENT,
            input=stdin,
            stdout=output,
            stderr=errors,
            user=owner.uid,
            group=owner.gid,
            extra_groups=None if owner.uid is None else [],
            umask=0o077,
            start_new_session=True,  # a terminal's Ctrl-C is not for the servers
            timeout=RUN_SECONDS_MAX,
            text=True,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EmbeddedServersError(f"{command[0]} has not ended after {RUN_SECONDS_MAX:.0f} s.") from error
    if done.returncode != 0:
        raise EmbeddedServersError(f"{command[0]} failed ({done.returncode}): {done.stdout}")


def ask(address: Path, question: bytes) -> bytes:
    """The first bytes of the answer; none if nobody answers."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(ANSWER_SECONDS_MAX)
        try:
            connection.connect(str(address))
            connection.sendall(question)
            return connection.recv(ANSWER_BYTES_MAX)
        except OSError:  # not listening yet or any more, or too busy: the caller tries again up to its limit
            return b""
