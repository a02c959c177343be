"""List one's own imports, newest first."""

from app.application.fields import CursorText, PageLimit
from app.application.imports.views import ImportReader, ImportView
from app.application.registry import Query, query
from app.application.views import Page
from app.core.errors import DomainError
from app.core.paging import Cursors, Window
from app.core.result import Failure, Result, Success
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
        scope = f"imports:{self.actor.person}"
        after = self.cursors.read(message.cursor, scope)
        if isinstance(after, Failure):
            return after
        window = Window(limit=message.limit, after=after.value, total=message.total)
        return Success(Page.of(await self.imports.imports(self.actor.person, window), self.cursors, scope))
