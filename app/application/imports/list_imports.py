"""List one's own imports, newest first."""

from functools import partial

from app.application.imports.views import ImportReader, ImportView
from app.application.registry import Query, query
from app.application.views import Page, Paged, paged
from app.core.paging import Cursors
from app.core.result import Result
from app.domain.identity.actor import Actor


class ListImports(Paged, Query[Page[ImportView]]):
    pass


@query(ListImports)
class ListImportsHandler:
    imports: ImportReader
    cursors: Cursors
    actor: Actor

    async def __call__(self, message: ListImports) -> Result[Page[ImportView]]:
        person = self.actor.person
        read = partial(self.imports.imports, person)
        return await paged(message, f"imports:{person}", self.cursors, read)
