"""PostgreSQL is away, silent or restarted: 503 until it is back, and nothing has to be restarted here."""

import asyncio
import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.answers import problem
from tests.people import Person, Town
from tests.running import Server, serving
from tests.site import Site
from tests.waiting import until

READY, ME, NAME = "/health/ready", "/api/v1/users/me", "/api/v1/users/me"
IMPATIENT = {
    "DASHTAM_DATABASE__READ_TIMEOUT_SECONDS": "1",
    "DASHTAM_DATABASE__STATEMENT_TIMEOUT_SECONDS": "1",
    "DASHTAM_DATABASE__POOL_TIMEOUT_SECONDS": "1",
    "DASHTAM_DATABASE__CONNECT_TIMEOUT_SECONDS": "1",
    "DASHTAM_DATABASE__POOL_SIZE": "4",
}
LEFT = "select count(*) from pg_stat_activity where application_name = 'dashtam' and pid <> pg_backend_pid()"
CLIENTS = 4

log = logging.getLogger(__name__)


@pytest.fixture(scope="module")
async def town(broken: Site, transport: httpx.AsyncBaseTransport) -> AsyncIterator[Town]:
    """Served by a process that meets PostgreSQL through the proxy."""
    context = serving(broken.environ | IMPATIENT, broken.folder / "impatient.log")
    server: Server = await asyncio.to_thread(context.__enter__)
    yield Town(server.base_url, broken.outbox, transport)
    await asyncio.to_thread(context.__exit__, None, None, None)


@pytest.fixture(scope="module")
async def resident(town: Town) -> Person:
    return await town.person()


async def works(person: Person) -> bool:
    """Whether reading and writing succeed; what does not must say that it may later."""
    answers = [await person.get("/users/me"), await person.client.patch(NAME, json={"name": "Ada"})]
    for answer in answers:
        if not answer.is_success:
            problem(answer, 503, "unavailable")
            assert answer.headers["Retry-After"]
    return all(answer.is_success for answer in answers)


async def test_while_postgres_is_silent_requests_are_told_to_come_back(
    broken: Site, town: Town, resident: Person
) -> None:
    assert await works(resident)
    broken.proxy.hold()
    try:
        assert not await works(resident)
        ready = await town.client().get(READY)
        assert (ready.status_code, ready.json()["parts"]["postgres"]) == (503, False)
        assert (await town.client().get("/health/live")).status_code == 200
        many = await asyncio.gather(*(resident.get("/accounts") for _ in range(12)))  # more than the pool holds
        assert {answer.status_code for answer in many} == {503}
    finally:
        broken.proxy.release()

    async def recovered() -> bool:
        return await works(resident)

    await until(recovered, "PostgreSQL again")


async def test_cut_connections_are_replaced(broken: Site, resident: Person) -> None:
    for _ in range(3):
        broken.proxy.cut()

        async def recovered() -> bool:
            return await works(resident)

        await until(recovered, "new connections")


async def test_a_restart_of_postgres_under_load_is_survived_without_one_of_ours(
    broken: Site, town: Town, resident: Person
) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    async def load() -> int:
        done = 0
        while not stop.is_set():
            done += await works(resident)
        return done

    clients = [asyncio.create_task(load()) for _ in range(CLIENTS)]
    assert await works(resident)
    await broken.restart_postgres()
    began = loop.time()

    async def recovered() -> bool:
        return all([await works(resident) for _ in range(3)])

    await until(recovered, "PostgreSQL again")
    log.info("recovered %.2f s after PostgreSQL was back", loop.time() - began)
    stop.set()
    assert all(await asyncio.gather(*clients))
    assert (await town.client().get(READY)).status_code == 200
    # What the server and this test itself may hold, and no more: two pools of four, and one of the test's.
    assert await broken.pool.fetchval(LEFT) <= 2 * 4 + broken.pool.get_size()
