"""What the API shows of providers and connections, and the port that reads them."""

from datetime import datetime
from typing import Protocol, Self
from uuid import UUID

from msgspec import convert
from msgspec.structs import asdict, replace

from app.application.fields import Count, Instant
from app.application.registry import Immutable
from app.application.views import Listed
from app.core.ids import ConnectionId, UserId
from app.core.paging import Rows, Window
from app.domain.connections.authorization import LIFE
from app.domain.connections.connection import Connection, ConnectionStatus, UserAction
from app.domain.connections.provider import Capability, ConnectBy, ProviderDescription


class CredentialFieldView(Immutable):
    """Something to type in; hide what `is_secret`."""

    name: str
    label: str
    is_secret: bool


class ProviderView(Immutable):
    """An institution or aggregator, and how to connect it."""

    slug: str
    name: str
    connect_by: ConnectBy
    capabilities: list[Capability]
    credential_fields: list[CredentialFieldView]
    history_days_max: Count
    syncs_per_day_max: Count
    consent_days: Count | None

    @classmethod
    def of(cls, provider: ProviderDescription) -> Self:
        told = convert(provider, cls, from_attributes=True)
        return replace(told, capabilities=sorted(told.capabilities))


class ProviderPage(Listed):
    providers: list[ProviderView]


class ConnectionView(Immutable):
    """`user_action` says what the user must do next: authorize, renew, renew_soon, or nothing."""

    id: UUID
    provider_slug: str
    alias: str | None
    status: ConnectionStatus
    user_action: UserAction | None
    consent_expires_at: Instant | None
    last_sync_at: Instant | None
    next_sync_at: Instant | None
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, connection: Connection, now: datetime) -> Self:
        known = {name: getattr(connection, name) for name in cls.__struct_fields__}
        return cls(**known | {"user_action": connection.user_action(now)})


class ConnectionStarted(ConnectionView):
    """Where the user must go to the institution, `authorization_url` leads there for `expires_in` seconds."""

    authorization_url: str | None
    expires_in: Count | None

    @classmethod
    def at(cls, connection: Connection, now: datetime, url: str | None = None) -> Self:
        known = asdict(ConnectionView.of(connection, now))
        return cls(**known, authorization_url=url, expires_in=int(LIFE.total_seconds()) if url else None)


class ConnectionPage(Listed):
    connections: list[ConnectionView]


class ConnectionReader(Protocol):
    """Reads connections for answers: one statement each, the owner in its WHERE clause."""

    async def connections(self, user_id: UserId, window: Window, now: datetime) -> Rows:
        """The user's connections as JSON of `ConnectionView`, oldest first."""

    async def accounts(self, user_id: UserId, connection_id: ConnectionId, window: Window) -> Rows | None:
        """The accounts that data of the connection goes to, as JSON of `AccountView`; None where it is not theirs."""
