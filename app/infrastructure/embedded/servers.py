"""One PostgreSQL and one Valkey for all processes of a data folder, started by the first and stopped by the last.

Each process holds a shared lock while it uses them; whoever can lock alone is the last. A killed process needs no
clean-up: its lock is gone, and the servers serve the next one.
"""

import atexit
import fcntl
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.infrastructure.embedded.errors import EmbeddedServersError
from app.infrastructure.embedded.home import Home, find_home, make_home, socket_folder
from app.infrastructure.embedded.locks import exclusive, open_lock, try_lock, unlock
from app.infrastructure.embedded.postgres import Postgres
from app.infrastructure.embedded.valkey import Valkey


@dataclass(frozen=True, slots=True)
class ServerAddresses:
    database_url: str
    redis_url: str


@dataclass(frozen=True, slots=True)
class ServersStatus:
    home: Path | None = None
    postgres_pid: int | None = None
    valkey_pid: int | None = None
    used_by_others: bool = False


def data_dir(environ: Mapping[str, str], project_root: Path) -> Path:
    """The folder of everything local, made 0700 if missing; one that exists keeps its permissions."""
    path = project_root.absolute() / Path(environ.get("DASHTAM_DATA_DIR") or ".dashtam").expanduser()
    if not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
    return path


class EmbeddedServers:
    def __init__(self, data_dir: Path) -> None:
        self._data = data_dir
        self._membership: int | None = None  # the descriptor of our shared lock
        self._member = 0  # the process which took it: a fork inherits the descriptor, not the membership
        self._home: Home | None = None

    @property
    def home(self) -> Path | None:
        """Where the servers' files are, once there are any."""
        home = find_home(self._data)
        return None if home is None else home.path

    def start(self) -> ServerAddresses:
        """Use the servers from now on; starts what is not running. Calling it again is cheap and mends what died."""
        try:
            self._data.mkdir(mode=0o700, exist_ok=True)
            with exclusive(self._data / "servers.lock"):
                home = make_home(self._data)
            with exclusive(home.path / "lock"):
                self._join(home)
                try:
                    return _start(home)
                except BaseException:
                    self._leave(home)
                    raise
        except OSError as error:
            raise EmbeddedServersError(
                f"The embedded servers cannot be started in {self._data}: {error}. Set DASHTAM_DATA_DIR to a folder on "
                "a local disk, or DATABASE_URL and REDIS_URL to servers of your own."
            ) from error

    def release(self) -> None:
        """Use the servers no more; the last user stops them."""
        home = self._home
        if home is None or not self._is_member(home):
            self._forget()
            return
        with exclusive(home.path / "lock"):
            self._leave(home)

    def stop(self) -> bool:
        """Stop the servers, whoever uses them; says whether any ran."""
        home = find_home(self._data)
        if home is None:
            return False
        with exclusive(home.path / "lock"):
            return _stop(home)

    def status(self) -> ServersStatus:
        home = find_home(self._data)
        if home is None:
            return ServersStatus()
        with exclusive(home.path / "lock"):
            return ServersStatus(
                home.path, Postgres(home).process.pid(), Valkey(home).process.pid(), self._is_used_by_others(home)
            )

    def _join(self, home: Home) -> None:
        if self._is_member(home):
            return
        self._forget()
        self._membership, self._member, self._home = open_lock(home.path / "users"), os.getpid(), home
        try_lock(self._membership, fcntl.LOCK_SH)  # succeeds: whoever locks it alone holds the other lock meanwhile
        atexit.register(self.release)

    def _is_member(self, home: Home) -> bool:
        if self._membership is None or self._member != os.getpid():
            return False
        try:
            return os.path.samestat(os.fstat(self._membership), (home.path / "users").stat())
        except FileNotFoundError:  # the data folder was deleted under us
            return False

    def _leave(self, home: Home) -> None:
        last = self._membership is not None and try_lock(self._membership, fcntl.LOCK_EX)
        self._forget()
        if last:
            _stop(home)

    def _forget(self) -> None:
        if self._membership is None:
            return
        if self._member == os.getpid():
            unlock(self._membership)
        else:
            os.close(self._membership)  # a fork's copy: unlocking it would unlock its parent
        self._membership = None
        atexit.unregister(self.release)

    def _is_used_by_others(self, home: Home) -> bool:
        ours = self._is_member(home) and self._membership is not None
        descriptor = self._membership if ours and self._membership is not None else open_lock(home.path / "users")
        others = not try_lock(descriptor, fcntl.LOCK_EX)
        if ours:
            try_lock(descriptor, fcntl.LOCK_SH)
        else:
            os.close(descriptor)
        return others


def _start(home: Home) -> ServerAddresses:
    sockets = socket_folder(home)
    postgres, valkey = Postgres(home), Valkey(home)
    postgres.launch(sockets)
    valkey.launch(sockets)
    postgres.wait_ready(sockets)
    valkey.wait_ready(sockets)
    return ServerAddresses(postgres.url(sockets), valkey.url(sockets))


def _stop(home: Home) -> bool:
    servers = [server for server in (Postgres(home), Valkey(home)) if server.process.is_alive()]
    for server in servers:
        server.signal_stop()
    for server in servers:
        server.wait_stopped()
    return bool(servers)
