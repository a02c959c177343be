"""Changing one of one's own connections: held, changed, stored and told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.application.connections.views import ConnectionView
from app.core.clock import Clock
from app.core.errors import NotFound
from app.core.ids import ConnectionId
from app.core.result import Failure, Result, Success
from app.domain.connections.connection import Connection, ConnectionUnready
from app.domain.identity.actor import Actor
from app.domain.protocols.connections import ConnectionRepository
from app.domain.protocols.events import EventLog

type Change = Callable[[Connection, datetime], Result[Connection, ConnectionUnready]]


@dataclass(frozen=True, slots=True)
class ConnectionChange:
    connections: ConnectionRepository
    events: EventLog
    actor: Actor
    clock: Clock

    async def __call__(
        self, connection_id: ConnectionId, change: Change, succeeded: Callable[..., object]
    ) -> Result[ConnectionView]:
        connection = await self.connections.hold(self.actor.person, connection_id)
        if connection is None:
            return Failure(NotFound())
        now = self.clock.now()
        changed = change(connection, now)
        if isinstance(changed, Failure):
            return changed
        await self.connections.save(changed.value)
        await self.events.append(succeeded(user_id=connection.user_id, connection_id=connection.id))
        return Success(ConnectionView.of(changed.value, now))
