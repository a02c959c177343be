from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.infrastructure.postgres.credentials import PostgresMailTokenRepository
from app.infrastructure.postgres.sessions import PostgresSessionRepository
from app.infrastructure.postgres.users import PostgresUserRepository
from app.wiring.servers import Servers
from tests.running import STOP_SECONDS_MAX, program
from tests.values import mail_token, session_of, user
from tests.waiting import until

REMAINING = """
    select (select count(*) from mail_tokens where user_id = $1),
        (select count(*) from sessions where user_id = $1)
"""


async def test_the_worker_purges_what_expired_and_ends_when_it_is_told(
    servers: Servers, environ: dict[str, str], engine: AsyncEngine, pool: asyncpg.Pool, folder: Path
) -> None:
    assert servers.embedded
    owner, now = user(), datetime.now(UTC)
    async with AsyncSession(engine) as session:
        await PostgresUserRepository(session).add(owner)
        for expires_at in (now - timedelta(hours=2), now + timedelta(hours=1)):
            await PostgresMailTokenRepository(session).add(mail_token(owner.id, expires_at=expires_at))
            await PostgresSessionRepository(session).add(session_of(owner.id, expires_at=expires_at))
        await session.commit()

    async def purged() -> bool:
        assert worker.process.poll() is None, worker.said
        return [*await pool.fetchrow(REMAINING, owner.id)] == [1, 1]

    every_second = {"DASHTAM_WORKER__PURGE_CRON": "* * * * * *"}
    with program(environ | every_second, folder / "worker.log", "worker") as worker:
        await until(purged, "the purge")
        worker.process.terminate()
        assert worker.process.wait(STOP_SECONDS_MAX) == 0, worker.said
    assert "PurgeExpiredTokens" in worker.said
