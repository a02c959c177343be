"""Who owns what, one query a question."""

from uuid import UUID

import asyncpg

from app.core.ids import UserId
from app.domain.protocols.ownership import Owned

QUERIES = {
    Owned.CONNECTION: "select user_id from connections where id = $1",
    Owned.ACCOUNT: "select user_id from accounts where id = $1",
    Owned.HOLDING: "select user_id from holdings where id = $1",
    Owned.TRANSACTION: "select user_id from transactions where id = $1",
}


class PostgresOwnershipReader:
    """Implements `OwnershipReader`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def owner(self, kind: Owned, thing: UUID) -> UserId | None:
        owner = await self._pool.fetchval(QUERIES[kind], thing)
        return UserId(owner) if owner else None
