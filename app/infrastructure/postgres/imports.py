"""Imports in PostgreSQL, kept as they are answered."""

import msgspec
from msgspec.structs import asdict
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.application.imports.views import ImportView
from app.core.ids import ImportId, UserId
from app.domain.imports.statement_import import ImportState, StatementImport
from app.infrastructure.postgres.rows import Rows
from app.infrastructure.postgres.tables.imports import ImportRow


class PostgresImportRepository:
    """Implements `ImportRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = Rows(ImportRow, session)

    async def add(self, statement_import: StatementImport) -> None:
        view = ImportView.of(statement_import)
        as_shown = {name: msgspec.to_builtins(getattr(view, name)) for name in ("accounts", "errors")}
        await self._rows.add(ImportRow(**asdict(view) | as_shown, user_id=statement_import.user_id))

    async def state(self, user_id: UserId, import_id: ImportId) -> ImportState | None:
        mine = select(ImportRow.state).where(ImportRow.user_id == user_id, ImportRow.id == import_id)
        found = await self._session.scalar(mine.with_for_update())
        return ImportState(found) if found else None

    async def mark_undone(self, import_id: ImportId) -> None:
        undone = update(ImportRow).where(ImportRow.id == import_id).values(state=ImportState.UNDONE)
        await self._session.execute(undone)
