"""Let a connection rest: nothing is synced until it is resumed."""

from app.application.connections.views import ConnectionView
from app.application.registry import Command, command
from app.core.clock import Clock
from app.core.errors import DomainError, NotFound
from app.core.ids import ConnectionId
from app.core.result import Failure, Result, Success
from app.domain.events.connections import CONNECTION_PAUSE, ConnectionPauseSucceeded
from app.domain.identity.actor import Actor
from app.domain.protocols.connections import ConnectionRepository
from app.domain.protocols.events import EventLog


class PauseConnection(Command[ConnectionView]):
    connection_id: ConnectionId


@command(PauseConnection, workflow=CONNECTION_PAUSE)
class PauseConnectionHandler:
    connections: ConnectionRepository
    events: EventLog
    actor: Actor
    clock: Clock

    async def __call__(self, message: PauseConnection) -> Result[ConnectionView, DomainError]:
        connection = await self.connections.hold(self.actor.person, message.connection_id)
        if connection is None:
            return Failure(NotFound())
        now = self.clock.now()
        paused = connection.paused(now)
        if isinstance(paused, Failure):
            return paused
        await self.connections.save(paused.value)
        await self.events.append(ConnectionPauseSucceeded(user_id=connection.user_id, connection_id=connection.id))
        return Success(ConnectionView.of(paused.value, now))
