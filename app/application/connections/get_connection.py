"""Read one of one's own connections."""

from app.application.connections.views import ConnectionView
from app.application.registry import Query, query
from app.core.clock import Clock
from app.core.errors import NotFound
from app.core.ids import ConnectionId
from app.core.result import Failure, Result, Success
from app.domain.identity.actor import Actor
from app.domain.protocols.connections import OpenConnections


class GetConnection(Query[ConnectionView]):
    connection_id: ConnectionId


@query(GetConnection)
class GetConnectionHandler:
    opened: OpenConnections
    actor: Actor
    clock: Clock

    async def __call__(self, message: GetConnection) -> Result[ConnectionView]:
        connection = await self.opened.read(self.actor.person, message.connection_id)
        return Success(ConnectionView.of(connection, self.clock.now())) if connection else Failure(NotFound())
