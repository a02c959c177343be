"""PostgreSQL: its cluster is made whole or not at all, asks for a password, and is reached by a socket alone."""

import os
import pwd
import secrets
import shutil
import struct
from pathlib import Path
from signal import Signals

from app.infrastructure.embedded.errors import EmbeddedServersError
from app.infrastructure.embedded.home import Home, RunAs
from app.infrastructure.embedded.process import ServerProcess, ask, run
from app.infrastructure.embedded.programs import Programs, find_programs

SOCKET = ".s.PGSQL.5432"
NAME = "dashtam"  # of the user and the database
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
}
# The built-in provider sorts the same on every machine, whatever its C library.
INITDB = (
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
)
STARTUP = struct.pack("!i", 3 << 16) + f"user\0{NAME}\0database\0{NAME}\0\0".encode()  # protocol 3.0
CANNOT_CONNECT_NOW = b"57P03"  # starting up or shutting down


class Postgres:
    def __init__(self, home: Home) -> None:
        self.process = ServerProcess("PostgreSQL", home)
        self._home = home
        self._cluster = home.path / "postgresql-18"  # another major version could not read it
        self._data = self._cluster / "data"

    def launch(self, sockets: Path) -> None:
        """Start it if it is not running; creates the cluster the first time."""
        if self.process.is_alive():
            return
        programs = find_programs(self._home)
        if not self._cluster.exists():
            self._create(programs)
        # Nobody holds the lock, so nobody serves this data, whoever has the process number in these files by now.
        for left in (self._data / "postmaster.pid", sockets / f"{SOCKET}.lock"):
            left.unlink(missing_ok=True)
        settings = SETTINGS | {"unix_socket_directories": str(sockets)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.process.launch([programs.postgres, "-D", self._data, *options])

    def wait_ready(self, sockets: Path) -> None:
        self.process.wait_until(lambda: _is_ready(sockets / SOCKET), lambda: self.launch(sockets))

    def url(self, sockets: Path) -> str:
        password = (self._cluster / "password").read_text()
        return f"postgresql://{NAME}:{password}@/{NAME}?host={sockets}"

    def signal_stop(self) -> None:
        self.process.send(Signals.SIGINT)  # "fast": roll back, write a checkpoint, end

    def wait_stopped(self) -> None:
        self.process.wait_stopped(last_resort=Signals.SIGQUIT)  # "immediate": recovers at the next start

    def _create(self, programs: Programs) -> None:
        work = self._home.path / "new"
        shutil.rmtree(work, ignore_errors=True)
        maker = _initdb_user(self._home)
        work.mkdir(mode=0o700)
        password = work / "password"
        with password.open("x") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(file.fileno())
        password.chmod(0o600)
        for path in (work, password):
            maker.take(path)
        data = work / "data"
        run([programs.initdb, "-D", data, "-U", NAME, f"--pwfile={password}", *INITDB], self._home, owner=maker)
        single: list[str | Path] = [programs.postgres, "--single", "-D", data, "-c", "exit_on_error=on", "template1"]
        run(single, self._home, owner=maker, stdin=f"CREATE DATABASE {NAME}\n")
        for path in (work, *work.rglob("*")):
            self._home.owner.take(path)
        work.rename(self._cluster)


def _initdb_user(home: Home) -> RunAs:
    """An account with a name, for initdb insists on one; the group keeps its other programs out of the home."""
    if home.owner.uid is not None:
        return RunAs(pwd.getpwnam("nobody").pw_uid, home.owner.gid)
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError as error:
        raise EmbeddedServersError(
            f"PostgreSQL creates a database for named users only, and user {os.geteuid()} has no name on this machine. "
            "Run as another user, or set DATABASE_URL and REDIS_URL to servers of your own."
        ) from error
    return home.owner


def _is_ready(address: Path) -> bool:
    # As pg_isready does: a server which asks for the password, or refuses for another reason than its state, is ready.
    answer = ask(address, struct.pack("!i", len(STARTUP) + 4) + STARTUP)
    return answer[:1] in {b"R", b"E"} and CANNOT_CONNECT_NOW not in answer
