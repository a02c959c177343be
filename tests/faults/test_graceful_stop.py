"""Told to stop, a process says that it is not ready, finishes what it has, and ends by itself."""

import asyncio

import httpx

from app.application.imports.views import ImportView
from tests.answers import decoded
from tests.people import Town
from tests.running import STOP_SECONDS_MAX, serving
from tests.site import Site
from tests.statements import ofx_of, row
from tests.waiting import until

WAITING = "select count(*) from pg_locks where relation = 'imports'::regclass and not granted"
DRAIN = {"DASHTAM_HTTP__DRAIN_SECONDS": "2"}


async def test_a_request_at_work_is_finished_before_the_process_ends(
    broken: Site, transport: httpx.AsyncBaseTransport
) -> None:
    context = serving(broken.environ | DRAIN, broken.folder / "stopping.log")
    server = await asyncio.to_thread(context.__enter__)
    town = Town(server.base_url, broken.outbox, transport)
    person = await town.person()
    async with broken.pool.acquire() as blocker:
        async with blocker.transaction():
            await blocker.execute("lock table imports in share mode")
            sending = asyncio.create_task(person.send_file(ofx_of(row())))

            async def blocked() -> bool:
                return bool(await broken.pool.fetchval(WAITING))

            await until(blocked, "the import to reach its end")
            server.process.terminate()

            async def is_not_ready() -> bool:
                answer = await town.client().get("/health/ready")
                return answer.status_code == 503 and bool(answer.json()["stopping"])

            await until(is_not_ready, "readiness to go")
            assert (await person.get("/users/me")).status_code == 200  # it still serves
        decoded(await sending, ImportView, 201)
    assert await asyncio.to_thread(server.process.wait, STOP_SECONDS_MAX) == 0, server.said
    await asyncio.to_thread(context.__exit__, None, None, None)
