"""Refresh a connection's access now, instead of when it runs out."""

from app.application.connections.errors import ConnectionBusy, ProviderUnknown, RefreshNeedless
from app.application.connections.views import ConnectionView
from app.application.registry import Command, command
from app.application.services.provider_access import ProviderAccess
from app.core.clock import Clock
from app.core.errors import NotFound
from app.core.ids import ConnectionId
from app.core.result import Failure, Result, Success
from app.domain.connections.connection import Connection, ConnectionUnready
from app.domain.connections.faults import ProviderError
from app.domain.connections.provider import Capability
from app.domain.events.connections import ProviderTokenRefreshSucceeded
from app.domain.identity.actor import Actor
from app.domain.protocols.connections import ConnectionLocks, OpenConnections
from app.domain.protocols.events import EventLog
from app.domain.protocols.providers import Providers


class RefreshConnectionToken(Command[ConnectionView]):
    connection_id: ConnectionId


@command(RefreshConnectionToken, workflow=ProviderTokenRefreshSucceeded)
class RefreshConnectionTokenHandler:
    providers: Providers
    opened: OpenConnections
    access: ProviderAccess
    locks: ConnectionLocks
    events: EventLog
    actor: Actor
    clock: Clock

    async def __call__(self, message: RefreshConnectionToken) -> Result[ConnectionView]:
        connection = await self.opened.read(self.actor.person, message.connection_id)
        if connection is None:
            return Failure(NotFound())
        provider = self.providers.get(connection.provider_slug)
        if provider is None:
            return Failure(ProviderUnknown(detail=f"{connection.provider_slug} is not set up here any more."))
        if Capability.REFRESH not in provider.description.capabilities:
            return Failure(RefreshNeedless(detail="This provider's access lasts until it is revoked."))
        async with self.locks.held(connection.id) as is_ours:
            if not is_ours:
                return Failure(ConnectionBusy(detail="It is being synced, which refreshes its access where needed."))
            refreshed = await self._refreshed(message.connection_id)
        if isinstance(refreshed, Failure):
            return refreshed
        done = refreshed.value
        await self.events.append(
            ProviderTokenRefreshSucceeded(user_id=done.user_id, connection_id=done.id, provider_slug=done.provider_slug)
        )
        return Success(ConnectionView.of(done, self.clock.now()))

    async def _refreshed(self, connection_id: ConnectionId) -> Result[Connection]:
        connection = await self.opened.read(self.actor.person, connection_id)
        credentials = await self.opened.credentials(connection) if connection else None
        if connection is None or credentials is None:
            return Failure(ConnectionUnready(detail="There is nothing to refresh: connect it first."))
        try:
            await self.access.refresh(connection, credentials)
        except ProviderError as fault:
            return Failure(fault.error)
        return Success(await self.opened.read(self.actor.person, connection_id) or connection)
