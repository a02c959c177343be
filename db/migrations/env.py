"""Runs migrations on the engine that `litestar database` or the development server hands over."""

import asyncio
from typing import TYPE_CHECKING, Any, cast

from advanced_alchemy.base import metadata_registry
from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

if TYPE_CHECKING:
    from advanced_alchemy.alembic.commands import AlembicCommandConfig

config: "AlembicCommandConfig" = context.config  # type: ignore[assignment]  # Advanced Alchemy's own kind
LOCK = text("select pg_advisory_xact_lock(hashtextextended('dashtam migrations', 0))")


def ours(_: Any, name: str | None, kind: str, reflected: bool, compared: Any) -> bool:
    """Leave PgQueuer's tables to PgQueuer."""
    return not (kind == "table" and reflected and compared is None and (name or "").startswith("pgqueuer"))


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata_registry.get(config.bind_key),
        compare_type=config.compare_type,
        version_table=config.version_table_name,
        version_table_pk=config.version_table_pk,
        user_module_prefix=config.user_module_prefix,
        include_object=ours,
    )
    with context.begin_transaction():
        connection.execute(LOCK)
        context.run_migrations()


async def migrate_online() -> None:
    engine = cast(AsyncEngine, config.engine)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(migrate_online())
