"""A sent file becomes an import to be done, with the mapping that it names."""

from dataclasses import dataclass

from app.application.imports.errors import MappingUnknown
from app.application.imports.sent_file import SentFile
from app.core.ids import ImportId, uuid7
from app.core.result import Failure, Result, Success
from app.domain.identity.actor import Actor
from app.domain.imports.import_job import ImportJob
from app.domain.protocols.import_mappings import ImportMappingRepository


@dataclass(frozen=True, slots=True)
class ImportMappings:
    mappings: ImportMappingRepository
    actor: Actor

    async def job(self, file: SentFile) -> Result[ImportJob]:
        mapping = None
        if file.mapping is not None:
            mapping = await self.mappings.named(self.actor.person, file.mapping)
            if mapping is None:
                detail = "You have no mapping of this name: `GET /import-mappings` lists yours."
                return Failure(MappingUnknown.of("mapping", detail))
        job = ImportJob(
            import_id=ImportId(uuid7()),
            user_id=self.actor.person,
            file_name=file.file_name,
            account_id=file.account_id,
            mapping=mapping,
        )
        return Success(job)
