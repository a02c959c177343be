"""Connect an institution: at once with credentials that are typed in, or by sending the user there.

Connecting the same consent again renews the connection that has it; nothing is made twice.
"""

from app.application.connections.errors import ProviderUnknown
from app.application.connections.fields import AliasText, CredentialTexts, SlugText
from app.application.connections.views import ConnectionStarted
from app.application.registry import Command, command
from app.application.services.consents import Consents
from app.application.services.grants import Grants
from app.core.clock import Clock
from app.core.ids import ConnectionId, uuid7
from app.core.result import Failure, Result, Success
from app.domain.connections.connection import Connection, ConnectionStatus
from app.domain.connections.faults import ProviderError
from app.domain.connections.provider import ConnectBy
from app.domain.events.connections import ProviderConnectionSucceeded
from app.domain.identity.actor import Actor
from app.domain.protocols.connections import ConnectionRepository
from app.domain.protocols.providers import Providers


class CreateConnection(Command[ConnectionStarted]):
    """`credentials` are for providers that are not connected on the institution's own page."""

    provider_slug: SlugText
    alias: AliasText | None = None
    credentials: CredentialTexts | None = None


@command(CreateConnection, workflow=ProviderConnectionSucceeded)
class CreateConnectionHandler:
    providers: Providers
    connections: ConnectionRepository
    consents: Consents
    grants: Grants
    actor: Actor
    clock: Clock

    async def __call__(self, message: CreateConnection) -> Result[ConnectionStarted]:
        provider = self.providers.get(message.provider_slug)
        if provider is None:
            return Failure(ProviderUnknown.of("/provider_slug", "`GET /providers` lists those that can be connected."))
        connection = self._new(message)
        try:
            if provider.description.connect_by is ConnectBy.OAUTH and not message.credentials:
                begun = await self.consents.begin(provider, connection)
                await self.connections.add(connection)
                await self.consents.keep(begun)
                view = ConnectionStarted.at(connection, self.clock.now(), begun.url)
                return Success(view, pending=True)
            granted = await self.grants.typed(provider, message.credentials)
        except ProviderError as fault:
            return Failure(fault.error)
        if isinstance(granted, Failure):
            return granted
        connected = await self.grants.settle(connection, granted.value)
        return Success(ConnectionStarted.at(connected, self.clock.now()))

    def _new(self, message: CreateConnection) -> Connection:
        now = self.clock.now()
        return Connection(
            id=ConnectionId(uuid7()),
            user_id=self.actor.person,
            provider_slug=message.provider_slug,
            alias=message.alias,
            status=ConnectionStatus.PENDING,
            created_at=now,
            updated_at=now,
        )
