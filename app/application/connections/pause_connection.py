"""Let a connection rest: nothing is synced until it is resumed."""

from app.application.connections.views import ConnectionView
from app.application.registry import Command, command
from app.application.services.connection_change import ConnectionChange
from app.core.ids import ConnectionId
from app.core.result import Result
from app.domain.connections.connection import Connection
from app.domain.events.connections import ConnectionPauseSucceeded


class PauseConnection(Command[ConnectionView]):
    connection_id: ConnectionId


@command(PauseConnection, workflow=ConnectionPauseSucceeded)
class PauseConnectionHandler:
    change: ConnectionChange

    async def __call__(self, message: PauseConnection) -> Result[ConnectionView]:
        return await self.change(message.connection_id, Connection.paused, ConnectionPauseSucceeded)
