"""What a user granted becomes a working connection."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.application.connections.errors import CredentialsIncomplete
from app.core.clock import Clock
from app.core.errors import FieldError
from app.core.result import Failure, Result, Success
from app.domain.connections.connection import Connection, ConnectionStatus
from app.domain.connections.provider import ConsentAnswer, Credentials, Grant
from app.domain.connections.sync import automatic
from app.domain.events.connections import ProviderConnectionSucceeded
from app.domain.protocols.connections import ConnectionRepository
from app.domain.protocols.events import EventLog
from app.domain.protocols.providers import Provider
from app.domain.protocols.syncs import SyncQueue


@dataclass(frozen=True, slots=True)
class Grants:
    connections: ConnectionRepository
    queue: SyncQueue
    events: EventLog
    clock: Clock

    async def typed(
        self, provider: Provider, typed: Mapping[str, str] | None, renews: Credentials | None = None
    ) -> Result[Grant]:
        """Show what the user typed to the institution. No transaction is open yet. Raises `ProviderError`."""
        fields = {field.name for field in provider.description.credential_fields}
        sent = {*(typed or {})}
        wrong = [(name, "This is missing.") for name in sorted(fields - sent)]
        wrong += [(name, "The provider asks for nothing of that name.") for name in sorted(sent - fields)]
        if wrong:
            errors = tuple(
                FieldError(field=f"/credentials/{name}", code=CredentialsIncomplete.code, detail=detail)
                for name, detail in wrong
            )
            asked = ", ".join(sorted(fields)) or "none: leave `credentials` out"
            return Failure(CredentialsIncomplete(detail=f"The provider asks for: {asked}.", errors=errors))
        return Success(await provider.complete(ConsentAnswer(fields=dict(typed or {}), renews=renews)))

    async def settle(self, connection: Connection, grant: Grant) -> Connection:
        """Store the grant, in the connection of the same consent where there is one, and have it synced."""
        now = self.clock.now()
        same = None
        if grant.external_id:
            same = await self.connections.hold_same(connection.user_id, connection.provider_slug, grant.external_id)
        stored = same or await self.connections.hold(connection.user_id, connection.id)
        connected = (stored or connection).granted(grant, now)
        store = self.connections.save if stored else self.connections.add
        await store(connected, grant.credentials)
        if connection.id != connected.id and connection.status is ConnectionStatus.PENDING:
            await self.connections.purge(connection.id)  # it was only begun, and came to what there was before
        if connected.status is ConnectionStatus.ACTIVE:
            await self.queue.queue(automatic(connected, now), now)
        await self.events.append(
            ProviderConnectionSucceeded(
                user_id=connected.user_id, connection_id=connected.id, provider_slug=connected.provider_slug
            )
        )
        return connected
