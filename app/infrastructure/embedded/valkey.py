"""Valkey: reached by its socket alone, and never saved: after a restart it must not remember who was logged in."""

from pathlib import Path
from signal import Signals

from app.infrastructure.embedded.home import Home
from app.infrastructure.embedded.process import ServerProcess, ask
from app.infrastructure.embedded.programs import find_programs

SOCKET = "valkey.sock"
SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "no",
    "save": "",
    "loglevel": "warning",
    "shutdown-on-sigterm": "force",  # a full disk must not keep it alive
}


class Valkey:
    def __init__(self, home: Home) -> None:
        self.process = ServerProcess("Valkey", home)
        self._home = home

    def launch(self, sockets: Path) -> None:
        if self.process.is_alive():
            return
        settings = SETTINGS | {"unixsocket": str(sockets / SOCKET), "dir": str(self._home.folder("valkey"))}
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        self.process.launch([find_programs(self._home).valkey, *options])

    def wait_ready(self, sockets: Path) -> None:
        address = sockets / SOCKET
        self.process.wait_until(lambda: ask(address, b"PING\r\n").startswith(b"+PONG"), lambda: self.launch(sockets))

    def url(self, sockets: Path) -> str:
        return f"unix://{sockets / SOCKET}"

    def signal_stop(self) -> None:
        self.process.send(Signals.SIGTERM)

    def wait_stopped(self) -> None:
        self.process.wait_stopped(last_resort=Signals.SIGKILL)
