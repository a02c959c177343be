"""One at a time over all processes: advisory locks of sessions, which end with their process however it ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from app.core.ids import ConnectionId
from app.infrastructure.postgres.engine import Address, connect
from app.settings import DatabaseSettings

TRY = "select pg_try_advisory_lock(hashtextextended($1, 0))"
WAIT = "select pg_advisory_lock(hashtextextended($1, 0))"


class PostgresConnectionLocks:
    """Implements `ConnectionLocks`; a database connection of its own for each lock that is held."""

    def __init__(self, address: Address, settings: DatabaseSettings) -> None:
        self._address = address
        self._settings = settings

    @asynccontextmanager
    async def held(self, connection_id: ConnectionId, wait_seconds: float = 0) -> AsyncIterator[bool]:
        session = await connect(await self._address(), self._settings)
        try:
            yield await taken(session, f"connection {connection_id}", wait_seconds)
        finally:
            await session.close()


async def taken(session: asyncpg.Connection, what: str, wait_seconds: float) -> bool:
    """Whether the session holds the lock, at once or before that time is over."""
    is_ours: bool = await session.fetchval(TRY, what)
    if is_ours or not wait_seconds:
        return is_ours
    await session.execute(f"set lock_timeout = {int(wait_seconds * 1000)}")
    try:
        await session.execute(WAIT, what)
    except asyncpg.LockNotAvailableError:
        return False
    return True
