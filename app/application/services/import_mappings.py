"""The mapping that comes with a file, by its name."""

from dataclasses import dataclass

from app.application.imports.errors import MappingUnknown
from app.core.result import Failure, Result, Success
from app.domain.identity.actor import Actor
from app.domain.imports.csv_mapping import CsvMapping
from app.domain.protocols.import_mappings import ImportMappingRepository


@dataclass(frozen=True, slots=True)
class ImportMappings:
    mappings: ImportMappingRepository
    actor: Actor

    async def named(self, name: str | None) -> Result[CsvMapping | None]:
        if name is None:
            return Success(None)
        found = await self.mappings.named(self.actor.person, name)
        detail = "You have no mapping of this name: `GET /import-mappings` lists yours."
        return Success(found) if found else Failure(MappingUnknown.of("mapping", detail))
