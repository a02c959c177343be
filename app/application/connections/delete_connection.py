"""End a connection, at the institution too where that can be done. Its data is kept, or deleted where asked for."""

from app.application.registry import Command, command
from app.application.services.taking_back import TakingBack
from app.core.clock import Clock
from app.core.errors import NotFound
from app.core.ids import ConnectionId
from app.core.result import Failure, Result, Success
from app.domain.connections.connection import Connection
from app.domain.connections.faults import ProviderError
from app.domain.connections.provider import Capability
from app.domain.events.connections import ProviderDisconnectionSucceeded
from app.domain.identity.actor import Actor
from app.domain.protocols.connections import ConnectionRepository, OpenConnections
from app.domain.protocols.events import EventLog
from app.domain.protocols.ledger import ReleasedAccounts, RowsTakenBack
from app.domain.protocols.providers import Providers


class DeleteConnection(Command[None]):
    """The credentials are erased also where the institution does not answer."""

    connection_id: ConnectionId
    purge: bool = False


@command(DeleteConnection, workflow=ProviderDisconnectionSucceeded)
class DeleteConnectionHandler:
    providers: Providers
    opened: OpenConnections
    connections: ConnectionRepository
    take_back: TakingBack
    events: EventLog
    actor: Actor
    clock: Clock

    async def __call__(self, message: DeleteConnection) -> Result[None]:
        known = await self.opened.read(self.actor.person, message.connection_id)
        if known is None:
            return Failure(NotFound())
        revoked = await self._revoked(known)
        held = await self.connections.hold(self.actor.person, message.connection_id)
        if held is None:
            return Failure(NotFound())
        await self.connections.save(held.disconnected(self.clock.now()))
        await self.connections.erase(held.id)
        rows, accounts = await self._purged(held) if message.purge else (RowsTakenBack(), ReleasedAccounts())
        await self.events.append(
            ProviderDisconnectionSucceeded(
                user_id=held.user_id,
                connection_id=held.id,
                provider_slug=held.provider_slug,
                revoked=revoked,
                purged=message.purge,
                transactions_removed=rows.removed,
                accounts_removed=len(accounts.removed),
            )
        )
        return Success(None)

    async def _purged(self, connection: Connection) -> tuple[RowsTakenBack, ReleasedAccounts]:
        sources = await self.connections.syncs(connection.id)
        taken = await self.take_back(connection.user_id, connection.id, sources)
        await self.connections.purge(connection.id)
        return taken

    async def _revoked(self, connection: Connection) -> bool:
        """Whether the institution knows that the consent has ended."""
        provider, credentials = (
            self.providers.get(connection.provider_slug),
            await self.opened.credentials(connection),
        )
        if provider is None or credentials is None or Capability.REVOKE not in provider.description.capabilities:
            return False
        try:
            await provider.revoke(credentials)
        except ProviderError:
            return False  # what the user wants is that Dashtam forgets it; the event says that this was all
        return True
