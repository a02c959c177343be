"""CSV mappings that people save to use again."""

from datetime import datetime
from typing import Protocol

from app.core.ids import ImportMappingId, UserId
from app.domain.imports.csv_mapping import CsvMapping


class ImportMappingRepository(Protocol):
    """A user's mappings; a name is one whatever its case."""

    async def count(self, user_id: UserId) -> int: ...

    async def add(
        self, user_id: UserId, mapping_id: ImportMappingId, name: str, mapping: CsvMapping, at: datetime
    ) -> bool:
        """Save a mapping; False if the name is taken, in which case nothing is stored."""

    async def named(self, user_id: UserId, name: str) -> CsvMapping | None: ...

    async def remove(self, user_id: UserId, mapping_id: ImportMappingId) -> str | None:
        """Forget a mapping and answer its name; None if there is none or it is somebody else's."""
