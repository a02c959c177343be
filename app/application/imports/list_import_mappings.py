"""List one's own CSV mappings."""

from functools import partial

from app.application.imports.mapping_views import ImportMappingReader, ImportMappingView
from app.application.registry import Query, query
from app.application.views import Page, Paged, paged
from app.core.paging import Cursors
from app.core.result import Result
from app.domain.identity.actor import Actor


class ListImportMappings(Paged, Query[Page[ImportMappingView]]):
    pass


@query(ListImportMappings)
class ListImportMappingsHandler:
    mappings: ImportMappingReader
    cursors: Cursors
    actor: Actor

    async def __call__(self, message: ListImportMappings) -> Result[Page[ImportMappingView]]:
        person = self.actor.person
        return await paged(message, f"import-mappings:{person}", self.cursors, partial(self.mappings.mappings, person))
