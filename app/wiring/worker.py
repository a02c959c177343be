"""The worker process: PgQueuer runs the jobs, the relay the reactions."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
import msgspec
from dishka import AsyncContainer
from msgspec.structs import replace
from pgqueuer import PgQueuer
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job, Schedule

from app.application.dispatch import Dispatcher
from app.application.registry import Command
from app.core.errors import OutOfServiceError
from app.core.ids import uuid7
from app.core.result import Failure, Result
from app.domain.identity.actor import Actor
from app.infrastructure.postgres.engine import connect
from app.infrastructure.postgres.sync_queue import ENTRYPOINT
from app.presentation.http.problems import InternalError
from app.presentation.worker.jobs import SCHEDULED, ScheduledJob
from app.presentation.worker.queued import QUEUED, QueuedJob, Task
from app.settings import Settings
from app.wiring.container import worker_container
from app.wiring.process import running
from app.wiring.servers import Servers
from app.wiring.syncs import sync_run, syncing

RETRY_AFTER = timedelta(seconds=1)
OUTAGE_RUNS_MAX = 60  # an hour, with the pauses between them: by then it is the job that wears out its servers
POLL_SECONDS = 5.0  # jobs are told of at once; this finds those whose telling was missed, or whose worker died

BROKEN = "It broke here several times. Ask for it once more; if it breaks again, the operator finds it in the log."

log = logging.getLogger(__name__)


async def work(settings: Settings, servers: Servers) -> None:
    """Work until SIGINT or SIGTERM; what has begun is finished."""
    container = worker_container(patient(settings), servers)
    async with running(container):
        # A connection of its own: PgQueuer listens on it, and waits longer than a statement may take.
        unhurried = {"statement_timeout": "0"}
        connection = await connect(await servers.database_url(), settings.database, **unhurried)
        queuer = queue(connection, container, settings)
        queuer.entrypoint(ENTRYPOINT)(syncing(await sync_run(container)))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, queuer.shutdown.set)
        log.info("Working", extra={"scheduled": [job.name for job in SCHEDULED]})
        try:
            await queuer.run(
                batch_size=settings.syncs.concurrency,
                max_concurrent_tasks=2 * settings.syncs.concurrency,
                dequeue_timeout=timedelta(seconds=min(POLL_SECONDS, settings.worker.takeover_seconds)),
                heartbeat_timeout=timedelta(seconds=settings.worker.takeover_seconds),
            )
        finally:
            await connection.close()


def patient(settings: Settings) -> Settings:
    """A job waits for a free database connection as long as for a statement; nobody waits for its answer."""
    own = replace(settings.database, pool_timeout_seconds=settings.database.statement_timeout_seconds)
    return replace(settings, database=own)


def queue(connection: asyncpg.Connection, container: AsyncContainer, settings: Settings) -> PgQueuer:
    """PgQueuer with every job registered."""
    queuer = PgQueuer.from_asyncpg_connection(connection)
    for job in SCHEDULED:
        queuer.schedule(job.name, job.cron(settings), clean_old=True)(runner(job, container))
    for queued in QUEUED:
        queuer.entrypoint(queued.name, concurrency_limit=queued.at_once)(doer(queued, container))
    return queuer


def runner(job: ScheduledJob, container: AsyncContainer) -> Callable[[Schedule], Awaitable[None]]:
    """What PgQueuer calls when the job is due."""

    async def run(_: Schedule) -> None:
        async with container({Actor: Actor(trace_id=str(uuid7()), user_agent=f"job {job.name}")}) as scope:
            result = await (await scope.get(Dispatcher))(job.command())
        if isinstance(result, Failure):
            log.error("Job %s was refused: %s", job.name, result.error.code)

    return run


def doer(job: QueuedJob, container: AsyncContainer) -> Callable[[Job], Awaitable[None]]:
    """What PgQueuer calls with a queued job. A fault is tried again, later each time; a refusal is final."""

    async def send(task: Task, message: Command[Any]) -> Result[Any]:
        actor = Actor(trace_id=str(uuid7()), user_id=task.user_id, user_agent=f"job {job.name}")
        async with container({Actor: actor}) as scope:
            return await (await scope.get(Dispatcher))(message)

    async def run(queued: Job) -> None:
        task = msgspec.json.decode(queued.payload or b"", type=Task)
        try:
            result = await send(task, job.command(task.id))
        except Exception as error:
            log.exception("Job %s %s broke", job.name, task.id)
            runs_max = OUTAGE_RUNS_MAX if isinstance(error, OutOfServiceError) else job.runs_max
            if queued.attempts + 1 < runs_max:
                raise RetryRequested(RETRY_AFTER * 2 ** min(queued.attempts, 6), str(error)) from error
            result = Failure(InternalError(detail=BROKEN))
        if isinstance(result, Failure):
            log.warning("Job %s %s ended: %s", job.name, task.id, result.error.code)
            await send(task, job.ended(task.id, result.error))

    return run
