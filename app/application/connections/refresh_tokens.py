"""Refresh access that runs out soon, so that nothing has to wait for it, and a consent that ended is noticed.

Each connection is refreshed under its lock: several workers refresh none twice, and none that is being synced.
"""

import asyncio
import logging
from datetime import timedelta

from app.application.registry import Command, command
from app.application.services.provider_access import ProviderAccess
from app.core.clock import Clock
from app.core.result import Result, Success
from app.domain.connections.connection import Connection
from app.domain.connections.faults import ProviderError
from app.domain.protocols.connections import ConnectionLocks, OpenConnections

DUE_BEFORE = timedelta(minutes=10)
DUE_MAX = 500
AT_ONCE = 8

log = logging.getLogger(__name__)


class RefreshTokens(Command[int]):
    pass


@command(RefreshTokens, workflow=None)
class RefreshTokensHandler:
    opened: OpenConnections
    access: ProviderAccess
    locks: ConnectionLocks
    clock: Clock

    async def __call__(self, _: RefreshTokens) -> Result[int]:
        due = await self.opened.expiring(self.clock.now() + DUE_BEFORE, DUE_MAX)
        gate = asyncio.Semaphore(AT_ONCE)
        done = await asyncio.gather(*(self._refreshed(connection, gate) for connection in due))
        return Success(sum(done))

    async def _refreshed(self, connection: Connection, gate: asyncio.Semaphore) -> bool:
        try:
            async with gate, self.locks.held(connection.id) as is_ours:
                return is_ours and await self._refresh(connection)
        except ProviderError as fault:
            log.warning("Access of connection %s was not refreshed: %s", connection.id, fault.error.code)
        except Exception:
            log.exception("Refreshing access of connection %s broke", connection.id)
        return False

    async def _refresh(self, connection: Connection) -> bool:
        """Whether it still had to be done, once it was ours."""
        current = await self.opened.read(connection.user_id, connection.id)
        credentials = await self.opened.credentials(connection)
        if current is None or credentials is None or current.access_expires_at != connection.access_expires_at:
            return False
        await self.access.refresh(current, credentials)
        return True
