"""CSV mappings in memory."""

from dataclasses import dataclass, field
from datetime import datetime

from app.core.ids import ImportMappingId, UserId
from app.domain.imports.csv_mapping import CsvMapping


@dataclass
class FakeImportMappingRepository:
    """Implements `ImportMappingRepository`."""

    saved: dict[tuple[UserId, str], tuple[ImportMappingId, CsvMapping]] = field(default_factory=dict)

    async def count(self, user_id: UserId) -> int:
        return sum(owner == user_id for owner, _ in self.saved)

    async def add(
        self,
        user_id: UserId,
        mapping_id: ImportMappingId,
        name: str,
        mapping: CsvMapping,
        at: datetime,  # noqa: ARG002  # the port's
    ) -> bool:
        if (user_id, name.lower()) in self.saved:
            return False
        self.saved[user_id, name.lower()] = mapping_id, mapping
        return True

    async def named(self, user_id: UserId, name: str) -> CsvMapping | None:
        found = self.saved.get((user_id, name.lower()))
        return found[1] if found else None

    async def remove(self, user_id: UserId, mapping_id: ImportMappingId) -> str | None:
        for (owner, name), (saved_id, _) in [*self.saved.items()]:
            if (owner, saved_id) == (user_id, mapping_id):
                del self.saved[owner, name]
                return name
        return None
