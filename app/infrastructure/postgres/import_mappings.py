"""CSV mappings in PostgreSQL."""

from datetime import datetime

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.application.imports.mapping_views import ImportMappingView
from app.core.ids import ImportMappingId, UserId
from app.core.paging import Rows, Window
from app.domain.imports.csv_mapping import CsvMapping
from app.infrastructure.postgres.json_rows import select_list
from app.infrastructure.postgres.reader import Reader
from app.infrastructure.postgres.tables.import_mappings import ImportMappingRow

VIEW = select_list(ImportMappingView)


class PostgresImportMappingRepository:
    """Implements `ImportMappingRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def count(self, user_id: UserId) -> int:
        counted = select(func.count()).select_from(ImportMappingRow).where(ImportMappingRow.user_id == user_id)
        return await self._session.scalar(counted) or 0

    async def add(
        self, user_id: UserId, mapping_id: ImportMappingId, name: str, mapping: CsvMapping, at: datetime
    ) -> bool:
        written = msgspec.to_builtins(mapping)
        row = {"id": mapping_id, "user_id": user_id, "name": name, "mapping": written, "created_at": at}
        adding = insert(ImportMappingRow).values(row).on_conflict_do_nothing()
        return bool(await self._session.scalar(adding.returning(ImportMappingRow.id)))

    async def named(self, user_id: UserId, name: str) -> CsvMapping | None:
        mine = (ImportMappingRow.user_id == user_id) & (func.lower(ImportMappingRow.name) == func.lower(name))
        found = await self._session.scalar(select(ImportMappingRow.mapping).where(mine))
        return msgspec.convert(found, CsvMapping) if found else None

    async def remove(self, user_id: UserId, mapping_id: ImportMappingId) -> str | None:
        mine = (ImportMappingRow.user_id == user_id) & (ImportMappingRow.id == mapping_id)
        return await self._session.scalar(delete(ImportMappingRow).where(mine).returning(ImportMappingRow.name))


class PostgresImportMappingReader(Reader):
    """Implements `ImportMappingReader`."""

    async def mappings(self, user_id: UserId, window: Window) -> Rows:
        return await self._listed("import_mappings", VIEW, "asc", user_id, window)
