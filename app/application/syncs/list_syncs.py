"""List one's own syncs, newest first."""

from functools import partial

from app.application.fields import CursorText, PageLimit
from app.application.registry import Query, query
from app.application.syncs.views import SyncReader, SyncView
from app.application.views import Page, paged
from app.core.errors import DomainError
from app.core.paging import Cursors
from app.core.result import Result
from app.domain.identity.actor import Actor


class ListSyncs(Query[Page[SyncView]]):
    limit: PageLimit
    cursor: CursorText | None
    total: bool


@query(ListSyncs)
class ListSyncsHandler:
    syncs: SyncReader
    cursors: Cursors
    actor: Actor

    async def __call__(self, message: ListSyncs) -> Result[Page[SyncView], DomainError]:
        person = self.actor.person
        return await paged(message, f"syncs:{person}", self.cursors, partial(self.syncs.syncs, person))
