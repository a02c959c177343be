"""What the event log costs a command, and how soon its reactions follow."""

import asyncio
import json
import time
from statistics import median
from uuid import uuid4

import asyncpg

from app.infrastructure.postgres.unit_of_work import APPEND
from tests.bench.load import MeasurementError
from tests.bench.measuring import Bench, report

COMMANDS = 100
SECONDS_MAX = 10.0
EVENTS_OF_A_COMMAND = 2  # attempted and succeeded
PARAMETERS = ("id", "user_id", "name", "payload", "actor", "personal")


def events(bench: Bench) -> None:
    waits = asyncio.run(followed(bench))
    figure = f"{median(waits):.1f} ms, p99 {sorted(waits)[-1 - len(waits) // 100]:.0f} ms"
    report("answer to audit record", figure, "p50 < 50 ms")
    asyncio.run(append_cost(bench))


async def followed(bench: Bench) -> list[float]:
    """How long after its answer a command's record was in the audit trail, in milliseconds; one command at a time."""
    person = bench.person()
    connection = await asyncpg.connect(bench.database_url)
    waits = []
    for number in range(COMMANDS):
        answer = await asyncio.to_thread(person.client.patch, "/users/me", json={"name": f"Ada {number}"})
        answered = time.perf_counter()
        trace_id = answer.raise_for_status().headers["X-Trace-Id"]
        written = "select true from audit_records where trace_id = $1 and outcome = 'succeeded'"
        while not await connection.fetchval(written, trace_id):
            if time.perf_counter() - answered > SECONDS_MAX:
                raise MeasurementError(f"No audit record of {trace_id}")
        waits.append((time.perf_counter() - answered) * 1000)
    await connection.close()
    return waits


async def append_cost(bench: Bench) -> None:
    """The server's own time for what a command adds to the log, planning included; the transaction is undone."""
    person = bench.person()
    connection = await asyncpg.connect(bench.database_url)
    statement = str(APPEND)
    for number, name in enumerate(PARAMETERS, 1):
        statement = statement.replace(f":{name}", f"${number}")
    times = []
    for _ in range(COMMANDS):
        transaction = connection.transaction()
        await transaction.start()
        row = (uuid4(), person.user_id, "profile_update.succeeded", "{}", '{"trace_id": "t"}', '{"actor": {}}')
        plan = json.loads(await connection.fetchval(f"explain (analyze, format json) {statement}", *row))[0]
        times.append(EVENTS_OF_A_COMMAND * (plan["Planning Time"] + plan["Execution Time"]))
        await transaction.rollback()
    await connection.close()
    report("database time of a command's events", f"{median(times):.2f} ms", "<= 1 ms")
