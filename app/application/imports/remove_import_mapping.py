"""Forget a saved CSV mapping."""

from app.application.registry import Command, command
from app.core.errors import NotFound
from app.core.ids import ImportMappingId
from app.core.result import Failure, Result, Success
from app.domain.events.import_mappings import ImportMappingRemovalSucceeded
from app.domain.identity.actor import Actor
from app.domain.protocols.events import EventLog
from app.domain.protocols.import_mappings import ImportMappingRepository


class RemoveImportMapping(Command[None]):
    mapping_id: ImportMappingId


@command(RemoveImportMapping, workflow=ImportMappingRemovalSucceeded)
class RemoveImportMappingHandler:
    mappings: ImportMappingRepository
    events: EventLog
    actor: Actor

    async def __call__(self, message: RemoveImportMapping) -> Result[None]:
        person, mapping_id = self.actor.person, message.mapping_id
        name = await self.mappings.remove(person, mapping_id)
        if name is None:
            return Failure(NotFound())
        await self.events.append(ImportMappingRemovalSucceeded(user_id=person, mapping_id=mapping_id, name=name))
        return Success(None)
