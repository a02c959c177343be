"""Locks between processes: the kernel drops them with their holder, however that ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.infrastructure.embedded.errors import EmbeddedServersError

WAIT_SECONDS_MAX = 120.0  # longer than a slow start or stop by another process
POLL_SECONDS = 0.005


def open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)


def try_lock(descriptor: int, kind: int) -> bool:
    """Lock without waiting; a lock of another kind which this descriptor had is gone in any case."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def unlock(descriptor: int) -> None:
    # Closing alone would leave the lock to a process forked meanwhile, which has a copy of the descriptor.
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    descriptor = open_lock(path)
    try:
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while not try_lock(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise EmbeddedServersError(f"Another process has held {path} for {WAIT_SECONDS_MAX:.0f} s; end it.")
            time.sleep(POLL_SECONDS)
        yield
    finally:
        unlock(descriptor)
