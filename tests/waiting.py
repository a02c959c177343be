"""Waiting for what happens by itself, with an end."""

import asyncio
import time
from collections.abc import Awaitable, Callable

SECONDS_MAX = 45.0  # a busy machine starts a process slowly
POLL_SECONDS = 0.02


async def until(holds: Callable[[], Awaitable[object]], what: str = "it", seconds: float = SECONDS_MAX) -> None:
    """Ask again and again until the answer is true."""
    deadline = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain for {what}"
        await asyncio.sleep(POLL_SECONDS)
