"""Ending in order: told to stop, a process first says that it is not ready and goes on serving while others notice.

SIGTERM starts this and SIGINT, which Granian heeds as well, ends it: Granian then takes no more connections and
finishes the requests that it has. So Ctrl-C, which is SIGINT, stops at once.
"""

import asyncio
import logging
import os
import signal
import threading

log = logging.getLogger(__name__)


class Stopping:
    """Whether this process was told to stop."""

    def __init__(self, drain_seconds: float) -> None:
        self.begun = False
        self._drain_seconds = drain_seconds

    def listen(self) -> None:
        """Take SIGTERM over from the server; other threads than the main one cannot, and need not."""
        if self._drain_seconds and threading.current_thread() is threading.main_thread():
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._begin)

    def _begin(self) -> None:
        if self.begun:
            return
        self.begun = True
        log.info("Stopping: not ready any more", extra={"drain_seconds": self._drain_seconds})
        asyncio.get_running_loop().call_later(self._drain_seconds, os.kill, os.getpid(), signal.SIGINT)
