"""Keeping the door to an institution open. Whoever calls holds the connection's lock and no transaction."""

from dataclasses import dataclass
from datetime import timedelta

from app.core.clock import Clock
from app.domain.connections.connection import Connection
from app.domain.connections.faults import ConsentEndedError, NotConfiguredError
from app.domain.connections.provider import Credentials
from app.domain.protocols.connections import OpenConnections
from app.domain.protocols.providers import Provider, Providers

REFRESHED_BEFORE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ProviderAccess:
    providers: Providers
    opened: OpenConnections
    clock: Clock

    async def fresh(self, connection: Connection, credentials: Credentials) -> Credentials:
        """Credentials that work for some minutes at least; they are the newest there are. Raises `ProviderError`."""
        if not self._runs_out(connection):
            return credentials
        current = await self.opened.read(connection.user_id, connection.id)  # refreshed since the caller read it?
        return await self.refresh(connection, credentials) if current and self._runs_out(current) else credentials

    async def refresh(self, connection: Connection, credentials: Credentials) -> Credentials:
        """New credentials, stored before anything else is done with them. Raises `ProviderError`."""
        provider = self.provider(connection)
        try:
            grant = await provider.refresh(credentials)
        except ConsentEndedError:
            await self.opened.end(connection, self.clock.now())
            raise
        await self.opened.renew(connection, grant, self.clock.now())
        return grant.credentials

    def provider(self, connection: Connection) -> Provider:
        """Raises `NotConfiguredError`."""
        provider = self.providers.get(connection.provider_slug)
        if provider is None:
            raise NotConfiguredError(f"{connection.provider_slug} is not set up here.")
        return provider

    def _runs_out(self, connection: Connection) -> bool:
        expires_at = connection.access_expires_at
        return expires_at is not None and expires_at - self.clock.now() <= REFRESHED_BEFORE
