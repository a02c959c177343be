"""Read one of one's own imports."""

from app.application.imports.views import ImportReader
from app.application.registry import Query, query
from app.core.ids import ImportId
from app.core.result import Result, found
from app.domain.identity.actor import Actor


class GetImport(Query[bytes]):
    import_id: ImportId


@query(GetImport)
class GetImportHandler:
    imports: ImportReader
    actor: Actor

    async def __call__(self, message: GetImport) -> Result[bytes]:
        return found(await self.imports.statement_import(self.actor.person, message.import_id))
