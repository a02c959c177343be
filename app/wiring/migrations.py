"""Bringing the database's schema up to date, in development by itself."""

import asyncio

from advanced_alchemy.config import AlembicAsyncConfig, SQLAlchemyAsyncConfig
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.loading import load
from app.infrastructure.postgres.tables.base import Table
from app.settings import ROOT


def alchemy_config(engine: AsyncEngine) -> SQLAlchemyAsyncConfig:
    """What Alembic's commands work on."""
    load("app.infrastructure.postgres.tables")
    return SQLAlchemyAsyncConfig(
        engine_instance=engine,
        metadata=Table.metadata,
        alembic_config=AlembicAsyncConfig(
            script_config=str(ROOT / "db/alembic.ini"),
            script_location=str(ROOT / "db/migrations"),
            version_table_name="alembic_versions",
            render_as_batch=False,
            compare_type=True,
        ),
    )


async def upgrade(engine: AsyncEngine) -> None:
    """Apply what is missing. Several processes may try at once: the first does it, the others wait."""
    from advanced_alchemy.alembic.commands import AlembicCommands  # Alembic is slow to import and only needed here

    await asyncio.to_thread(AlembicCommands(alchemy_config(engine)).upgrade)
