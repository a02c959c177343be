"""Imports in PostgreSQL, kept as they are answered."""

import msgspec
from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.application.imports.views import ImportView
from app.core.ids import ImportId, UserId
from app.domain.imports.statement_import import ImportState, StatementImport
from app.infrastructure.postgres.tables.imports import ImportRow


class _Imports(SQLAlchemyAsyncRepository[ImportRow]):
    model_type = ImportRow


class PostgresImportRepository:
    """Implements `ImportRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = _Imports(session=session, wrap_exceptions=False, auto_refresh=False)

    async def add(self, statement_import: StatementImport) -> None:
        view = ImportView.of(statement_import)
        await self._rows.add(
            ImportRow(
                id=statement_import.id,
                user_id=statement_import.user_id,
                state=statement_import.state,
                format=statement_import.format,
                file_name=statement_import.file_name,
                accounts=msgspec.to_builtins(view.accounts),
                errors=msgspec.to_builtins(view.errors),
                created_at=statement_import.created_at,
                finished_at=statement_import.finished_at,
            )
        )

    async def state(self, user_id: UserId, import_id: ImportId) -> ImportState | None:
        mine = select(ImportRow.state).where(ImportRow.user_id == user_id, ImportRow.id == import_id)
        found = await self._session.scalar(mine.with_for_update())
        return ImportState(found) if found else None

    async def mark_undone(self, import_id: ImportId) -> None:
        undone = update(ImportRow).where(ImportRow.id == import_id).values(state=ImportState.UNDONE)
        await self._session.execute(undone)
