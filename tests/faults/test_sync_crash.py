"""A worker that is killed while it reads an institution: the next one takes over, and every row is there once."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from dishka import AsyncContainer
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.application.connections.create_connection import CreateConnection
from app.application.syncs.create_sync import CreateSync
from app.application.syncs.run import SyncRun
from app.core.ids import ConnectionId, SyncId, UserId
from app.core.result import Success
from app.infrastructure.postgres.users import PostgresUserRepository
from app.settings import load_settings
from app.wiring.container import worker_container
from app.wiring.servers import Servers
from app.wiring.syncs import sync_run
from tests.doomed import nursery
from tests.sandbox import Sandbox
from tests.values import user
from tests.waiting import until

PAGES_MAX = 20
HASTY = {
    "DASHTAM_WORKER__TAKEOVER_SECONDS": "2",
    "DASHTAM_PROVIDERS__SIMPLEFIN__OPTIONS__WINDOW_DAYS": "90",  # five windows are a year
}
MISSED = "update pgqueuer set heartbeat = heartbeat - interval '1 hour' where entrypoint = 'sync'"
SHOWN = "select booked_on::text, amount from transactions where user_id = $1 and status <> 'removed'"


@pytest.fixture
async def run(servers: Servers, environ: dict[str, str], sandbox: Sandbox) -> AsyncIterator[SyncRun]:
    known = environ | sandbox.environ
    container: AsyncContainer = worker_container(load_settings(environ=known), servers)
    yield await sync_run(container)
    await container.close()


async def test_workers_killed_at_every_page_leave_the_truth(
    run: SyncRun, engine: AsyncEngine, pool: asyncpg.Pool, sandbox: Sandbox, environ: dict[str, str], folder: Path
) -> None:
    someone, customer = user(), sandbox.customer("simplefin")
    async with AsyncSession(engine) as session, session.begin():
        assert await PostgresUserRepository(session).add(someone)
    user_id = UserId(someone.id)
    await pool.execute("delete from pgqueuer where entrypoint = 'sync'")  # what earlier tests left to nobody

    async def does(message: Any) -> Any:
        result = await run.send(message, user_id)
        assert isinstance(result, Success), result
        return result.value

    async def asked() -> int:
        return int((await customer.truth())["requests"])

    credentials = (await customer.truth())["credentials"]
    connection = await does(CreateConnection(provider_slug="simplefin", credentials=credentials))
    sync_id = SyncId((await does(CreateSync(connection_id=ConnectionId(connection.id)))).id)

    async def state() -> str:
        return str(await pool.fetchval("select state from syncs where id = $1", sync_id))

    async def is_held() -> bool:
        return await asked() - before >= page or await state() not in {"queued", "running"}

    with nursery(environ | sandbox.environ | HASTY, folder / "doomed-workers.log") as workers:
        for page in range(1, PAGES_MAX):
            before = await asked()
            await customer.play("held", times=page)
            worker = workers.worker()
            await until(is_held, f"page {page}")
            if await state() not in {"queued", "running"}:
                break
            assert await asked() == before + page
            worker.kill()
            worker.wait()
            await customer.play("healed")
            if page > 1:  # once it was waited until the dead worker was missed
                await pool.execute(MISSED)
    assert page > 5
    assert await state() == "succeeded"
    assert await pool.fetchval("select run from syncs where id = $1", sync_id) == page
    truth = (await customer.truth())["transactions"]
    told = sorted((row["booked_on"], Decimal(row["amount"])) for row in truth)
    assert sorted(map(tuple, await pool.fetch(SHOWN, user_id))) == told
