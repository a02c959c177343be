"""Save how the CSV files of a bank are read."""

from dataclasses import replace

from app.application.imports.mapping_views import CsvMappingView, ImportMappingView, MappingName
from app.application.imports.policy import ImportPolicy
from app.application.registry import Command, command
from app.core.clock import Clock
from app.core.errors import Conflict, Invalid
from app.core.ids import ImportMappingId, uuid7
from app.core.result import Failure, Result, Success
from app.domain.events.import_mappings import ImportMappingSavingSucceeded
from app.domain.identity.actor import Actor
from app.domain.protocols.events import EventLog
from app.domain.protocols.import_mappings import ImportMappingRepository


class MappingNameTaken(Conflict):
    """You have a mapping of this name already."""


class MappingUnusable(Invalid):
    """Nothing can be read with this mapping."""


class TooManyMappings(Conflict):
    """You have as many mappings as can be saved."""


class SaveImportMapping(Command[ImportMappingView]):
    name: MappingName
    mapping: CsvMappingView


@command(SaveImportMapping, workflow=ImportMappingSavingSucceeded)
class SaveImportMappingHandler:
    mappings: ImportMappingRepository
    events: EventLog
    actor: Actor
    clock: Clock
    policy: ImportPolicy

    async def __call__(self, message: SaveImportMapping) -> Result[ImportMappingView]:
        mapping = message.mapping.mapping
        if faults := mapping.faults():
            errors = tuple(replace(fault, field=f"/mapping{fault.field}") for fault in faults)
            return Failure(MappingUnusable(detail=faults[0].detail, errors=errors))
        person, mapping_id, now = self.actor.person, ImportMappingId(uuid7()), self.clock.now()
        if await self.mappings.count(person) >= self.policy.mappings_max:
            return Failure(TooManyMappings(detail=f"The limit is {self.policy.mappings_max}; delete one first."))
        if not await self.mappings.add(person, mapping_id, message.name, mapping, now):
            return Failure(MappingNameTaken.of("/name", "Choose another name, or delete the mapping that has it."))
        await self.events.append(ImportMappingSavingSucceeded(user_id=person, mapping_id=mapping_id, name=message.name))
        return Success(ImportMappingView(id=mapping_id, name=message.name, mapping=message.mapping, created_at=now))
