import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from tests.api.test_imports_endpoints import counts
from tests.people import Town
from tests.running import Server, serving
from tests.statements import ofx_of, rows
from tests.waiting import until

ROWS = 3_000
STATEMENT = ofx_of(*rows(300), *rows(ROWS - 300, start=300))
WAITING = "select count(*) from pg_locks where relation = 'imports'::regclass and not granted"


@pytest.fixture
async def doomed(town: Town, environ: dict[str, str], folder: Path) -> AsyncIterator[tuple[Server, Town]]:
    """Another server of the same database, that a test may kill."""
    context = serving(environ, folder / "doomed.log")
    server = await asyncio.to_thread(context.__enter__)
    yield server, Town(server.base_url, town.outbox, town.transport)
    await asyncio.to_thread(context.__exit__, None, None, None)


async def test_an_import_is_whole_or_not_at_all_when_the_server_is_killed(
    doomed: tuple[Server, Town], town: Town, pool: asyncpg.Pool
) -> None:
    server, there = doomed
    lucky, unlucky = await there.person(), await there.person()
    done = await lucky.import_file(STATEMENT)
    async with pool.acquire() as blocker:
        async with blocker.transaction():
            # The last thing an import writes: its rows are in the ledger by then, and nothing is committed.
            await blocker.execute("lock table imports in share mode")
            sending = asyncio.create_task(unlucky.send_file(STATEMENT))

            async def blocked() -> bool:
                return bool(await pool.fetchval(WAITING))

            await until(blocked, "the import to reach its end")
            server.kill()
            with pytest.raises(httpx.TransportError):
                await sending
        survivor, victim = lucky.at(town), unlucky.at(town)
        assert await victim.accounts() == []
        assert await blocker.fetchval("select count(*) from transactions where user_id = $1", unlucky.user_id) == 0
    assert [account.id for account in await survivor.accounts()] == [done.accounts[0].account_id]
    assert counts(await survivor.import_file(STATEMENT)) == [(False, 0, ROWS, 0)]
    assert counts(await victim.import_file(STATEMENT)) == [(True, ROWS, 0, 0)]
