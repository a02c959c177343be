"""What happens to ties to institutions."""

from datetime import datetime

from app.core.ids import ConnectionId, UserId
from app.domain.events.registry import Fact, Personal, Phase, event, workflow


@workflow("provider_connection", {"provider_slug": Fact}, audit_action="provider_connected")
class ProviderConnectionSucceeded:
    """The institution lets Dashtam in, for the first time or again."""

    user_id: UserId
    connection_id: ConnectionId
    provider_slug: Fact


@workflow("connection_renewal", {"connection_id": ConnectionId}, audit_action="connection_renewal_started")
class ConnectionRenewalSucceeded:
    """The user was sent to the institution again, or gave new credentials that it took."""

    user_id: UserId
    connection_id: ConnectionId
    provider_slug: Fact


@workflow("connection_update", {"connection_id": ConnectionId}, audit_action="connection_updated")
class ConnectionUpdateSucceeded:
    user_id: UserId
    connection_id: ConnectionId


@workflow("connection_pause", {"connection_id": ConnectionId}, audit_action="connection_paused")
class ConnectionPauseSucceeded:
    user_id: UserId
    connection_id: ConnectionId


@workflow("connection_resumption", {"connection_id": ConnectionId}, audit_action="connection_resumed")
class ConnectionResumptionSucceeded:
    user_id: UserId
    connection_id: ConnectionId


@workflow("provider_disconnection", {"connection_id": ConnectionId}, audit_action="provider_disconnected")
class ProviderDisconnectionSucceeded:
    """`revoked` tells whether the institution ended the consent too, or could not be asked."""

    user_id: UserId
    connection_id: ConnectionId
    provider_slug: Fact
    revoked: bool
    purged: bool
    transactions_removed: int = 0
    accounts_removed: int = 0


@workflow("provider_token_refresh", {"connection_id": ConnectionId}, audit_action="provider_token_refreshed")
class ProviderTokenRefreshSucceeded:
    user_id: UserId
    connection_id: ConnectionId
    provider_slug: Fact


@event("consent_ending", Phase.OCCURRED, audit_action="provider_consent_ending", email=True)
class ConsentEndingOccurred:
    """The consent ends soon; only the user can renew it, and is told."""

    user_id: UserId
    email: Personal
    connection_id: ConnectionId
    provider_slug: Fact
    ends_at: datetime
