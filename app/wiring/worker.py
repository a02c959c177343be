"""The worker process: PgQueuer runs the jobs, the relay the reactions."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable

import asyncpg
from dishka import AsyncContainer
from pgqueuer import PgQueuer
from pgqueuer.models import Schedule

from app.application.dispatch import Dispatcher
from app.core.ids import uuid7
from app.core.result import Failure
from app.domain.identity.actor import Actor
from app.infrastructure.postgres.engine import connect
from app.presentation.worker.jobs import SCHEDULED, ScheduledJob
from app.settings import Settings
from app.wiring.container import worker_container
from app.wiring.process import running
from app.wiring.servers import Servers

log = logging.getLogger(__name__)


async def work(settings: Settings, servers: Servers) -> None:
    """Work until SIGINT or SIGTERM; what has begun is finished."""
    container = worker_container(settings, servers)
    async with running(container):
        # A connection of its own: PgQueuer listens on it, and waits longer than a statement may take.
        unhurried = {"statement_timeout": "0"}
        connection = await connect(await servers.database_url(), settings.database, **unhurried)
        queuer = queue(connection, container, settings)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, queuer.shutdown.set)
        log.info("Working", extra={"scheduled": [job.name for job in SCHEDULED]})
        try:
            await queuer.run()
        finally:
            await connection.close()


def queue(connection: asyncpg.Connection, container: AsyncContainer, settings: Settings) -> PgQueuer:
    """PgQueuer with every job registered."""
    queuer = PgQueuer.from_asyncpg_connection(connection)
    for job in SCHEDULED:
        queuer.schedule(job.name, job.cron(settings), clean_old=True)(runner(job, container))
    return queuer


def runner(job: ScheduledJob, container: AsyncContainer) -> Callable[[Schedule], Awaitable[None]]:
    """What PgQueuer calls when the job is due."""

    async def run(_: Schedule) -> None:
        async with container({Actor: Actor(trace_id=str(uuid7()), user_agent=f"job {job.name}")}) as scope:
            result = await (await scope.get(Dispatcher))(job.command())
        if isinstance(result, Failure):
            log.error("Job %s was refused: %s", job.name, result.error.code)

    return run
