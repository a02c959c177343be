"""Sync a paused connection again."""

from app.application.connections.views import ConnectionView
from app.application.registry import Command, command
from app.application.services.connection_change import ConnectionChange
from app.core.ids import ConnectionId
from app.core.result import Result
from app.domain.connections.connection import Connection
from app.domain.events.connections import ConnectionResumptionSucceeded


class ResumeConnection(Command[ConnectionView]):
    connection_id: ConnectionId


@command(ResumeConnection, workflow=ConnectionResumptionSucceeded)
class ResumeConnectionHandler:
    change: ConnectionChange

    async def __call__(self, message: ResumeConnection) -> Result[ConnectionView]:
        return await self.change(message.connection_id, Connection.resumed, ConnectionResumptionSucceeded)
