"""List one's own connections."""

from app.application.connections.views import ConnectionReader, ConnectionView
from app.application.registry import Query, query
from app.application.views import Page, Paged, paged
from app.core.clock import Clock
from app.core.paging import Cursors, Rows, Window
from app.core.result import Result
from app.domain.identity.actor import Actor


class ListConnections(Paged, Query[Page[ConnectionView]]):
    pass


@query(ListConnections)
class ListConnectionsHandler:
    reader: ConnectionReader
    cursors: Cursors
    actor: Actor
    clock: Clock

    async def __call__(self, message: ListConnections) -> Result[Page[ConnectionView]]:
        return await paged(message, f"connections:{self.actor.person}", self.cursors, self._read)

    async def _read(self, window: Window) -> Rows:
        return await self.reader.connections(self.actor.person, window, self.clock.now())
