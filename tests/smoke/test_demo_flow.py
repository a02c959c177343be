"""The demo, as somebody new runs it."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.running import Program, free_port, program
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("servers")


async def says(running: Program, words: str) -> None:
    async def is_said() -> bool:
        assert running.process.poll() is None, running.said
        return words in running.said

    await until(is_said, f"{words!r}", seconds=120)


async def interrupted(running: Program) -> int:
    running.process.send_signal(signal.SIGINT)
    return await asyncio.to_thread(running.process.wait)


async def test_the_demo_connects_a_bank_and_shows_it(environ: dict[str, str], folder: Path) -> None:
    with program(environ, folder / "demo.log", "demo", "--port", str(free_port())) as demo:
        await says(demo, "Serving.")
        assert await interrupted(demo) == 0, demo.said
    for shown in ("Syncing Alpaca", "Syncing Schwab", "Larkspur Bank Checking", "Holdings", "AAPL", "/oauth/"):
        assert shown in demo.said
    assert "Abort" not in demo.said


async def test_an_interrupted_demo_ends_without_a_word(environ: dict[str, str], folder: Path) -> None:
    with program(environ, folder / "demo-interrupted.log", "demo", "--once", "--port", str(free_port())) as demo:
        await says(demo, "with its data in")
        assert await interrupted(demo) == 128 + signal.SIGINT, demo.said
    assert demo.said.strip().count("\n") == 0
