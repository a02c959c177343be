"""What repositories share: rows of one table, an entity's fields as its row's columns, locks by name."""

from typing import Any

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.infrastructure.postgres.tables.base import Table


class Rows[R: Table](SQLAlchemyAsyncRepository[R]):
    """The rows of a table within the unit of work: what is added is there at once, and faults are PostgreSQL's own."""

    def __init__(self, kind: type[R], session: AsyncSession) -> None:
        self.model_type = kind
        super().__init__(session=session, wrap_exceptions=False, auto_refresh=False)


def values(entity: Any) -> dict[str, Any]:
    """The fields of a dataclass with slots, by name."""
    return {name: getattr(entity, name) for name in entity.__slots__}


async def hold(session: AsyncSession, what: str) -> None:
    """Take a lock that ends with the transaction."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))
