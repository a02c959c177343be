"""Renew the consent of a connection in place: nothing is connected anew, no row is read twice."""

from app.application.connections.errors import ProviderUnknown
from app.application.connections.fields import CredentialTexts
from app.application.connections.views import ConnectionStarted
from app.application.registry import Command, command
from app.application.services.consents import Consents
from app.application.services.grants import Grants
from app.core.clock import Clock
from app.core.errors import NotFound
from app.core.ids import ConnectionId
from app.core.result import Failure, Result, Success
from app.domain.connections.connection import Connection
from app.domain.connections.faults import ProviderError
from app.domain.connections.provider import ConnectBy, Credentials
from app.domain.events.connections import ConnectionRenewalSucceeded
from app.domain.identity.actor import Actor
from app.domain.protocols.connections import OpenConnections
from app.domain.protocols.events import EventLog
from app.domain.protocols.providers import Provider, Providers


class RenewConnection(Command[ConnectionStarted]):
    """`credentials` are new ones, for providers that are not connected on the institution's own page."""

    connection_id: ConnectionId
    credentials: CredentialTexts | None


@command(RenewConnection, workflow=ConnectionRenewalSucceeded)
class RenewConnectionHandler:
    providers: Providers
    opened: OpenConnections
    consents: Consents
    grants: Grants
    events: EventLog
    actor: Actor
    clock: Clock

    async def __call__(self, message: RenewConnection) -> Result[ConnectionStarted]:
        connection = await self.opened.read(self.actor.person, message.connection_id)
        if connection is None:
            return Failure(NotFound())
        renewable = connection.renewable()
        if isinstance(renewable, Failure):
            return renewable
        provider = self.providers.get(connection.provider_slug)
        if provider is None:
            return Failure(ProviderUnknown(detail=f"{connection.provider_slug} is not set up here any more."))
        renews = await self.opened.credentials(connection)
        try:
            renewed = await self._renewed(provider, connection, renews, message)
        except ProviderError as fault:
            return Failure(fault.error)
        if isinstance(renewed, Success):
            await self.events.append(
                ConnectionRenewalSucceeded(
                    user_id=connection.user_id, connection_id=connection.id, provider_slug=connection.provider_slug
                )
            )
        return renewed

    async def _renewed(
        self, provider: Provider, connection: Connection, renews: Credentials | None, message: RenewConnection
    ) -> Result[ConnectionStarted]:
        if provider.description.connect_by is ConnectBy.OAUTH and not message.credentials:
            begun = await self.consents.begin(provider, connection, renews)
            await self.consents.keep(begun)
            return Success(ConnectionStarted.at(connection, self.clock.now(), begun.url))
        granted = await self.grants.typed(provider, message.credentials, renews)
        if isinstance(granted, Failure):
            return granted
        return Success(ConnectionStarted.at(await self.grants.settle(connection, granted.value), self.clock.now()))
