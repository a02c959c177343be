"""Who owns what, one query a question."""

from uuid import UUID

from app.core.ids import UserId
from app.domain.protocols.ownership import Owned
from app.infrastructure.postgres.reader import Reader

QUERIES = {
    Owned.CONNECTION: "select user_id from connections where id = $1",
    Owned.ACCOUNT: "select user_id from accounts where id = $1",
    Owned.HOLDING: "select user_id from holdings where id = $1",
    Owned.TRANSACTION: "select user_id from transactions where id = $1",
}


class PostgresOwnershipReader(Reader):
    """Implements `OwnershipReader`."""

    async def owner(self, kind: Owned, thing: UUID) -> UserId | None:
        owner = await self._pool.fetchval(QUERIES[kind], thing)
        return UserId(owner) if owner else None
