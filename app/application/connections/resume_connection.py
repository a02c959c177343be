"""Sync a paused connection again."""

from app.application.connections.views import ConnectionView
from app.application.registry import Command, command
from app.core.clock import Clock
from app.core.errors import DomainError, NotFound
from app.core.ids import ConnectionId
from app.core.result import Failure, Result, Success
from app.domain.events.connections import CONNECTION_RESUMPTION, ConnectionResumptionSucceeded
from app.domain.identity.actor import Actor
from app.domain.protocols.connections import ConnectionRepository
from app.domain.protocols.events import EventLog


class ResumeConnection(Command[ConnectionView]):
    connection_id: ConnectionId


@command(ResumeConnection, workflow=CONNECTION_RESUMPTION)
class ResumeConnectionHandler:
    connections: ConnectionRepository
    events: EventLog
    actor: Actor
    clock: Clock

    async def __call__(self, message: ResumeConnection) -> Result[ConnectionView, DomainError]:
        connection = await self.connections.hold(self.actor.person, message.connection_id)
        if connection is None:
            return Failure(NotFound())
        now = self.clock.now()
        resumed = connection.resumed(now)
        if isinstance(resumed, Failure):
            return resumed
        await self.connections.save(resumed.value)
        await self.events.append(ConnectionResumptionSucceeded(user_id=connection.user_id, connection_id=connection.id))
        return Success(ConnectionView.of(resumed.value, now))
