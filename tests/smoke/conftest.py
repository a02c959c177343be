"""What people use."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.browser import browsing
from tests.people import Town
from tests.running import program, serving
from tests.sandbox import Sandbox


@pytest.fixture
def browser() -> Iterator[Chrome]:
    with browsing() as browser:
        yield browser


@pytest.fixture(scope="module")
async def bank_towns(town: Town, sandbox: Sandbox, environ: dict[str, str], folder: Path) -> AsyncIterator[list[Town]]:
    """Two servers and two workers that know the simulator."""
    own = environ | sandbox.environ | {"DASHTAM_WORKER__TAKEOVER_SECONDS": "2"}
    servers = [serving(own, folder / f"bank-server-{number}.log") for number in range(2)]
    workers = [program(own, folder / f"worker-{number}.log", "worker") for number in range(2)]
    running = await asyncio.gather(*(asyncio.to_thread(one.__enter__) for one in servers))
    await asyncio.gather(*(asyncio.to_thread(one.__enter__) for one in workers))
    yield [Town(server.base_url, town.outbox, town.transport) for server in running]
    for context in (*workers, *servers):
        await asyncio.to_thread(context.__exit__, None, None, None)


@pytest.fixture(scope="module")
def bank_town(bank_towns: list[Town]) -> Town:
    return bank_towns[0]
