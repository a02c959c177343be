"""List one's own syncs, newest first."""

from functools import partial

from app.application.registry import Query, query
from app.application.syncs.views import SyncReader, SyncView
from app.application.views import Page, Paged, paged
from app.core.paging import Cursors
from app.core.result import Result
from app.domain.identity.actor import Actor


class ListSyncs(Paged, Query[Page[SyncView]]):
    pass


@query(ListSyncs)
class ListSyncsHandler:
    syncs: SyncReader
    cursors: Cursors
    actor: Actor

    async def __call__(self, message: ListSyncs) -> Result[Page[SyncView]]:
        person = self.actor.person
        return await paged(message, f"syncs:{person}", self.cursors, partial(self.syncs.syncs, person))
