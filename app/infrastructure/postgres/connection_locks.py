"""One at a time over all processes: advisory locks of sessions, which end with their process however it ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.core.ids import ConnectionId
from app.infrastructure.postgres.engine import Address, connect
from app.settings import DatabaseSettings

TRY = "select pg_try_advisory_lock(hashtextextended($1, 0))"


class PostgresConnectionLocks:
    """Implements `ConnectionLocks`; a database connection of its own for each lock that is held."""

    def __init__(self, address: Address, settings: DatabaseSettings) -> None:
        self._address = address
        self._settings = settings

    @asynccontextmanager
    async def held(self, connection_id: ConnectionId) -> AsyncIterator[bool]:
        session = await connect(await self._address(), self._settings)
        try:
            yield await session.fetchval(TRY, f"connection {connection_id}")
        finally:
            await session.close()
