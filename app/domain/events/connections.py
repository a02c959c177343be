"""What happens to ties to institutions."""

from datetime import datetime

from app.core.ids import ConnectionId, UserId
from app.domain.events.registry import Fact, Personal, Phase, event

PROVIDER_CONNECTION = "provider_connection"
CONNECTION_RENEWAL = "connection_renewal"
CONNECTION_UPDATE = "connection_update"
CONNECTION_PAUSE = "connection_pause"
CONNECTION_RESUMPTION = "connection_resumption"
PROVIDER_DISCONNECTION = "provider_disconnection"
PROVIDER_TOKEN_REFRESH = "provider_token_refresh"  # noqa: S105  # a workflow's name


@event(PROVIDER_CONNECTION, Phase.ATTEMPTED, audit_action="provider_connection_attempted")
class ProviderConnectionAttempted:
    provider_slug: Fact


@event(PROVIDER_CONNECTION, Phase.SUCCEEDED, audit_action="provider_connected")
class ProviderConnectionSucceeded:
    """The institution lets Dashtam in, for the first time or again."""

    user_id: UserId
    connection_id: ConnectionId
    provider_slug: Fact


@event(PROVIDER_CONNECTION, Phase.FAILED, audit_action="provider_connection_failed")
class ProviderConnectionFailed:
    provider_slug: Fact
    reason: Fact


@event(CONNECTION_RENEWAL, Phase.ATTEMPTED, audit_action="connection_renewal_attempted")
class ConnectionRenewalAttempted:
    connection_id: ConnectionId


@event(CONNECTION_RENEWAL, Phase.SUCCEEDED, audit_action="connection_renewal_started")
class ConnectionRenewalSucceeded:
    """The user was sent to the institution again, or gave new credentials that it took."""

    user_id: UserId
    connection_id: ConnectionId
    provider_slug: Fact


@event(CONNECTION_RENEWAL, Phase.FAILED, audit_action="connection_renewal_failed")
class ConnectionRenewalFailed:
    connection_id: ConnectionId
    reason: Fact


@event(CONNECTION_UPDATE, Phase.ATTEMPTED, audit_action="connection_update_attempted")
class ConnectionUpdateAttempted:
    connection_id: ConnectionId


@event(CONNECTION_UPDATE, Phase.SUCCEEDED, audit_action="connection_updated")
class ConnectionUpdateSucceeded:
    user_id: UserId
    connection_id: ConnectionId


@event(CONNECTION_UPDATE, Phase.FAILED, audit_action="connection_update_failed")
class ConnectionUpdateFailed:
    connection_id: ConnectionId
    reason: Fact


@event(CONNECTION_PAUSE, Phase.ATTEMPTED, audit_action="connection_pause_attempted")
class ConnectionPauseAttempted:
    connection_id: ConnectionId


@event(CONNECTION_PAUSE, Phase.SUCCEEDED, audit_action="connection_paused")
class ConnectionPauseSucceeded:
    user_id: UserId
    connection_id: ConnectionId


@event(CONNECTION_PAUSE, Phase.FAILED, audit_action="connection_pause_failed")
class ConnectionPauseFailed:
    connection_id: ConnectionId
    reason: Fact


@event(CONNECTION_RESUMPTION, Phase.ATTEMPTED, audit_action="connection_resumption_attempted")
class ConnectionResumptionAttempted:
    connection_id: ConnectionId


@event(CONNECTION_RESUMPTION, Phase.SUCCEEDED, audit_action="connection_resumed")
class ConnectionResumptionSucceeded:
    user_id: UserId
    connection_id: ConnectionId


@event(CONNECTION_RESUMPTION, Phase.FAILED, audit_action="connection_resumption_failed")
class ConnectionResumptionFailed:
    connection_id: ConnectionId
    reason: Fact


@event(PROVIDER_DISCONNECTION, Phase.ATTEMPTED, audit_action="provider_disconnection_attempted")
class ProviderDisconnectionAttempted:
    connection_id: ConnectionId


@event(PROVIDER_DISCONNECTION, Phase.SUCCEEDED, audit_action="provider_disconnected")
class ProviderDisconnectionSucceeded:
    """`revoked` tells whether the institution ended the consent too, or could not be asked."""

    user_id: UserId
    connection_id: ConnectionId
    provider_slug: Fact
    revoked: bool
    purged: bool
    transactions_removed: int = 0
    accounts_removed: int = 0


@event(PROVIDER_DISCONNECTION, Phase.FAILED, audit_action="provider_disconnection_failed")
class ProviderDisconnectionFailed:
    connection_id: ConnectionId
    reason: Fact


@event(PROVIDER_TOKEN_REFRESH, Phase.ATTEMPTED, audit_action="provider_token_refresh_attempted")
class ProviderTokenRefreshAttempted:
    connection_id: ConnectionId


@event(PROVIDER_TOKEN_REFRESH, Phase.SUCCEEDED, audit_action="provider_token_refreshed")
class ProviderTokenRefreshSucceeded:
    user_id: UserId
    connection_id: ConnectionId
    provider_slug: Fact


@event(PROVIDER_TOKEN_REFRESH, Phase.FAILED, audit_action="provider_token_refresh_failed")
class ProviderTokenRefreshFailed:
    connection_id: ConnectionId
    reason: Fact


@event("consent_ending", Phase.OCCURRED, audit_action="provider_consent_ending", email=True)
class ConsentEndingOccurred:
    """The consent ends soon; only the user can renew it, and is told."""

    user_id: UserId
    email: Personal
    connection_id: ConnectionId
    provider_slug: Fact
    ends_at: datetime
