"""List one's own imports, newest first."""

from functools import partial

from app.application.fields import CursorText, PageLimit
from app.application.imports.views import ImportReader, ImportView
from app.application.registry import Query, query
from app.application.views import Page, paged
from app.core.errors import DomainError
from app.core.paging import Cursors
from app.core.result import Result
from app.domain.identity.actor import Actor


class ListImports(Query[Page[ImportView]]):
    limit: PageLimit
    cursor: CursorText | None
    total: bool


@query(ListImports)
class ListImportsHandler:
    imports: ImportReader
    cursors: Cursors
    actor: Actor

    async def __call__(self, message: ListImports) -> Result[Page[ImportView], DomainError]:
        person = self.actor.person
        read = partial(self.imports.imports, person)
        return await paged(message, f"imports:{person}", self.cursors, read)
