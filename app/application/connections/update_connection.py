"""Call a connection something else."""

from dataclasses import replace

from msgspec import UNSET, UnsetType

from app.application.connections.fields import AliasText
from app.application.connections.views import ConnectionView
from app.application.registry import Command, command
from app.core.clock import Clock
from app.core.errors import DomainError, NotFound
from app.core.ids import ConnectionId
from app.core.result import Failure, Result, Success
from app.domain.events.connections import CONNECTION_UPDATE, ConnectionUpdateSucceeded
from app.domain.identity.actor import Actor
from app.domain.protocols.connections import ConnectionRepository
from app.domain.protocols.events import EventLog


class UpdateConnection(Command[ConnectionView]):
    """What is left out stays; an alias of null takes it away."""

    connection_id: ConnectionId
    alias: AliasText | UnsetType | None = UNSET


@command(UpdateConnection, workflow=CONNECTION_UPDATE)
class UpdateConnectionHandler:
    connections: ConnectionRepository
    events: EventLog
    actor: Actor
    clock: Clock

    async def __call__(self, message: UpdateConnection) -> Result[ConnectionView, DomainError]:
        connection = await self.connections.hold(self.actor.person, message.connection_id)
        if connection is None:
            return Failure(NotFound())
        now = self.clock.now()
        if message.alias is not UNSET:
            connection = replace(connection, alias=message.alias, updated_at=now)
            await self.connections.save(connection)
        await self.events.append(ConnectionUpdateSucceeded(user_id=connection.user_id, connection_id=connection.id))
        return Success(ConnectionView.of(connection, now))
