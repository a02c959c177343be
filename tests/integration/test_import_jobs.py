"""Imports that a worker does: one after the other in one worker, and taken over when it is killed."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import pytest

from app.application.imports.run_import import ROWS_BETWEEN_EVENTS
from app.application.imports.views import ImportView
from app.domain.imports.statement_import import ImportState
from tests.answers import decoded, problem
from tests.api.test_imports_endpoints import counts
from tests.people import Person
from tests.running import START_SECONDS_MAX, STOP_SECONDS_MAX, Program, program
from tests.statements import ofx_of, rows
from tests.waiting import until

ROWS = 300
STATEMENT = ofx_of(*rows(ROWS))
WAITING = "select count(*) from pg_locks where relation = 'transactions'::regclass and not granted"
LEFT = """
    select (select count(*) from import_jobs where user_id = $1)
        + (select count(*) from import_file_parts join import_jobs using (import_id) where user_id = $1)
"""
LARGE_BYTES = 17 * 2**20
MANY_ROWS = ROWS_BETWEEN_EVENTS + 1
MAPPING = {"date": "Day", "date_order": "year_first", "amount": "Sum", "description": ["For"], "currency": "EUR"}
EVENTS = (
    "with events as (select name, user_id, payload from outbox union all select name, user_id, payload from event_log)"
)
PROGRESS = f"{EVENTS} select payload from events where name = 'file_import_progress.occurred' and user_id = $1"
TRIED = (
    f"{EVENTS} select count(*) from events where name = 'file_import_run.attempted' and payload ->> 'import_id' = $1"
)
# A job whose file cannot be opened any more.
BREAKING = """
    with import as (
        insert into imports (id, user_id, state, format, file_name, accounts, errors)
        values (uuidv7(), $1, 'queued', 'ofx', 'bank.ofx', '[]', '[]') returning id, user_id, file_name
    ), job as (
        insert into import_jobs (import_id, user_id, file_name) select id, user_id, file_name from import
        returning import_id
    ), part as (
        insert into import_file_parts (import_id, number, sealed) select import_id, 0, 'broken' from job
    ), queued as (
        insert into pgqueuer (priority, entrypoint, payload, status)
        select 0, 'import', convert_to(json_build_object('id', id, 'user_id', user_id)::text, 'utf8'), 'queued'
        from import
    )
    select id from import
"""


async def sent(person: Person, content: bytes, prefer: str = "respond-async", **fields: str) -> httpx.Response:
    headers = {"Prefer": prefer} if prefer else {}
    files = {"file": ("bank.ofx", content)}
    return await person.client.post("/api/v1/imports", files=files, data=fields, headers=headers)


async def queued(person: Person, content: bytes, prefer: str = "respond-async") -> ImportView:
    answer = await sent(person, content, prefer)
    view = decoded(answer, ImportView, 202)
    assert answer.headers["location"] == f"/api/v1/imports/{view.id}"
    assert answer.headers.get("preference-applied") == (prefer or None)
    assert (view.state, view.format, view.finished_at) == (ImportState.QUEUED, "ofx", None)
    return view


async def ended(person: Person, import_id: UUID) -> ImportView:
    """What came of the import, as soon as it has ended."""
    seen: list[ImportView] = []

    async def is_over() -> bool:
        seen.append(decoded(await person.get(f"/imports/{import_id}"), ImportView))
        return seen[-1].state not in {ImportState.QUEUED, ImportState.RUNNING}

    await until(is_over, f"the end of import {import_id}")
    return seen[-1]


async def at_work(worker: Program) -> Program:
    """The worker, as soon as it works."""

    async def works() -> bool:
        assert worker.process.poll() is None, worker.said
        return "Working" in worker.said

    await until(works, "the worker", START_SECONDS_MAX)
    return worker


@pytest.fixture(scope="module")
async def worker(environ: dict[str, str], folder: Path) -> AsyncIterator[Program]:
    context = program(environ, folder / "import-worker.log", "worker")
    yield await at_work(await asyncio.to_thread(context.__enter__))
    await asyncio.to_thread(context.__exit__, None, None, None)


async def test_a_file_waits_unreadable_and_is_imported_by_a_killed_workers_successor(
    person: Person, pool: asyncpg.Pool, environ: dict[str, str], folder: Path
) -> None:
    import_id = (await queued(person, STATEMENT)).id
    again = (await queued(person, STATEMENT)).id
    sealed = await pool.fetchval("select sealed from import_file_parts where import_id = $1", import_id)
    assert b"100200300" not in sealed
    soon = environ | {"DASHTAM_WORKER__TAKEOVER_SECONDS": "2"}
    async with pool.acquire() as blocker, blocker.transaction():
        await blocker.execute("lock table transactions in share mode")
        with program(soon, folder / "doomed-worker.log", "worker") as doomed:
            await at_work(doomed)

            async def blocked() -> bool:
                assert doomed.process.poll() is None, doomed.said
                return bool(await pool.fetchval(WAITING))

            await until(blocked, "the import to reach the ledger")
            assert (await person.get(f"/imports/{import_id}")).json()["state"] == "running"
            doomed.kill()
    assert await person.accounts() == []
    with program(soon, folder / "successor.log", "worker") as successor:
        await at_work(successor)
        done = [await ended(person, one) for one in (import_id, again)]
    assert sorted(counts(one) for one in done) == [[(False, 0, ROWS, 0)], [(True, ROWS, 0, 0)]]
    assert {one.state for one in done} == {ImportState.SUCCEEDED}
    assert all(one.finished_at for one in done)
    assert await pool.fetchval(LEFT, person.user_id) == 0


@pytest.mark.usefixtures("worker")
async def test_a_file_that_cannot_be_read_fails_and_says_why(person: Person, pool: asyncpg.Pool) -> None:
    view = await queued(person, STATEMENT[:-2000])
    failed = await ended(person, view.id)
    assert failed.state is ImportState.FAILED
    assert [fault.code for fault in failed.errors] == ["statement_unreadable"]
    assert failed.errors[0].detail
    assert (await person.accounts(), await pool.fetchval(LEFT, person.user_id)) == ([], 0)


@pytest.mark.usefixtures("worker")
async def test_a_worker_reads_by_the_mapping_that_was_named_and_tells_how_far_it_is(
    person: Person, pool: asyncpg.Pool
) -> None:
    (first,) = (await person.import_file(ofx_of(currency="EUR"))).accounts
    saved = await person.post("/import-mappings", name="mine", mapping=MAPPING)
    assert saved.status_code == 201, saved.text
    content = "Day,Sum,For\n" + "".join(f"2026-01-{1 + one % 28:02},-{one}.5,Tea\n" for one in range(MANY_ROWS))
    answer = await sent(person, content.encode(), mapping="mine", account_id=str(first.account_id))
    view = decoded(answer, ImportView, 202)
    done = await ended(person, view.id)
    assert (done.state, done.errors, counts(done)) == (ImportState.SUCCEEDED, [], [(False, MANY_ROWS, 0, 0)])
    (told,) = [json.loads(row["payload"]) for row in await pool.fetch(PROGRESS, UUID(str(person.user_id)))]
    assert (told["import_id"], told["rows"] >= ROWS_BETWEEN_EVENTS) == (str(view.id), True)


@pytest.mark.usefixtures("worker")
async def test_a_job_that_breaks_is_tried_three_times_and_then_says_so(person: Person, pool: asyncpg.Pool) -> None:
    import_id = await pool.fetchval(BREAKING, UUID(str(person.user_id)))
    failed = await ended(person, import_id)
    assert (failed.state, [fault.code for fault in failed.errors]) == (ImportState.FAILED, ["internal_error"])
    assert "operator" in failed.errors[0].detail
    assert await pool.fetchval(TRIED, str(import_id)) == 3
    assert await pool.fetchval(LEFT, person.user_id) == 0


async def test_a_worker_that_is_told_to_stop_does_what_it_began_once(
    person: Person, pool: asyncpg.Pool, environ: dict[str, str], folder: Path
) -> None:
    soon = environ | {"DASHTAM_WORKER__TAKEOVER_SECONDS": "2"}
    begun = (await queued(person, STATEMENT)).id
    async with pool.acquire() as blocker:
        lock = blocker.transaction()
        await lock.start()
        await blocker.execute("lock table transactions in share mode")
        with program(soon, folder / "stopping-worker.log", "worker") as stopping:
            await at_work(stopping)

            async def blocked() -> bool:
                return bool(await pool.fetchval(WAITING))

            await until(blocked, "the import to reach the ledger")
            stopping.process.terminate()
            left = (await queued(person, STATEMENT)).id
            with program(soon, folder / "following-worker.log", "worker") as following:
                await at_work(following)  # it takes what is left, or takes over
                await lock.rollback()
                done = [await ended(person, one) for one in (begun, left)]
                assert await asyncio.to_thread(stopping.process.wait, STOP_SECONDS_MAX) == 0, stopping.said
    assert sorted(counts(one) for one in done) == [[(False, 0, ROWS, 0)], [(True, ROWS, 0, 0)]]
    assert await pool.fetchval(LEFT, person.user_id) == 0


@pytest.mark.usefixtures("worker")
async def test_a_large_file_is_queued_unasked(person: Person) -> None:
    view = await queued(person, STATEMENT + b" " * LARGE_BYTES, prefer="")
    assert (await ended(person, view.id)).finished_at


@pytest.mark.parametrize("prefer", ["return=minimal", "respond-asynchronously", "wait=100"])
async def test_who_prefers_something_else_is_answered_at_once(person: Person, prefer: str) -> None:
    done = decoded(await sent(person, STATEMENT, prefer), ImportView, 201)
    assert done.state is ImportState.SUCCEEDED


@pytest.mark.parametrize("prefer", ["Respond-Async", "wait=10, respond-async", "respond-async; foo"])
async def test_preferences_are_read_as_they_may_be_written(stranger: Person, prefer: str) -> None:
    answer = await sent(stranger, b"no statement", prefer)
    problem(answer, 415, "statement_format_unknown")


async def test_what_is_wrong_at_a_glance_is_refused_at_once(
    client: httpx.AsyncClient, stranger: Person, person: Person
) -> None:
    headers, files = {"Prefer": "respond-async"}, {"file": ("bank.ofx", STATEMENT)}
    problem(await client.post("/api/v1/imports", files=files, headers=headers), 401, "unauthorized")
    await person.import_file(STATEMENT)
    (theirs,) = await person.accounts()
    chosen = {"account_id": str(theirs.id)}
    answer = await stranger.client.post("/api/v1/imports", files=files, data=chosen, headers=headers)
    problem(answer, 404, "not_found")
