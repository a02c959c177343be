"""Call a connection something else."""

from msgspec import UNSET, UnsetType

from app.application.connections.fields import AliasText
from app.application.connections.views import ConnectionView
from app.application.registry import Command, command
from app.application.services.connection_change import ConnectionChange
from app.core.ids import ConnectionId
from app.core.result import Result, Success
from app.domain.events.connections import ConnectionUpdateSucceeded


class UpdateConnection(Command[ConnectionView]):
    """What is left out stays; an alias of null takes it away."""

    connection_id: ConnectionId
    alias: AliasText | UnsetType | None = UNSET


@command(UpdateConnection, workflow=ConnectionUpdateSucceeded)
class UpdateConnectionHandler:
    change: ConnectionChange

    async def __call__(self, message: UpdateConnection) -> Result[ConnectionView]:
        alias = message.alias
        return await self.change(
            message.connection_id,
            lambda connection, now: Success(connection if alias is UNSET else connection.renamed(alias, now)),
            ConnectionUpdateSucceeded,
        )
