"""What happens when institutions are read."""

from app.core.ids import ConnectionId, SyncId, UserId
from app.domain.events.registry import Fact, Phase, event

SYNC_REQUEST = "sync_request"
ACCOUNT_SYNC = "account_sync"
TRANSACTION_SYNC = "transaction_sync"
HOLDINGS_SYNC = "holdings_sync"


@event(SYNC_REQUEST, Phase.ATTEMPTED, audit_action="sync_request_attempted")
class SyncRequestAttempted:
    connection_id: ConnectionId


@event(SYNC_REQUEST, Phase.SUCCEEDED, audit_action="sync_requested")
class SyncRequestSucceeded:
    """`joined` tells that a sync was on its way already."""

    user_id: UserId
    connection_id: ConnectionId
    sync_id: SyncId
    joined: bool


@event(SYNC_REQUEST, Phase.FAILED, audit_action="sync_request_failed")
class SyncRequestFailed:
    connection_id: ConnectionId
    reason: Fact


@event(ACCOUNT_SYNC, Phase.ATTEMPTED, audit_action="account_sync_attempted")
class AccountSyncAttempted:
    sync_id: SyncId


@event(ACCOUNT_SYNC, Phase.SUCCEEDED, audit_action="account_sync_succeeded")
class AccountSyncSucceeded:
    user_id: UserId
    connection_id: ConnectionId
    sync_id: SyncId
    accounts: int


@event(ACCOUNT_SYNC, Phase.FAILED, audit_action="account_sync_failed")
class AccountSyncFailed:
    sync_id: SyncId
    reason: Fact


@event(TRANSACTION_SYNC, Phase.ATTEMPTED, audit_action="transaction_sync_attempted")
class TransactionSyncAttempted:
    sync_id: SyncId


@event(TRANSACTION_SYNC, Phase.SUCCEEDED, audit_action="transaction_sync_succeeded")
class TransactionSyncSucceeded:
    user_id: UserId
    connection_id: ConnectionId
    sync_id: SyncId
    created: int
    updated: int
    removed: int


@event(TRANSACTION_SYNC, Phase.FAILED, audit_action="transaction_sync_failed")
class TransactionSyncFailed:
    sync_id: SyncId
    reason: Fact


@event(HOLDINGS_SYNC, Phase.ATTEMPTED, audit_action="holdings_sync_attempted")
class HoldingsSyncAttempted:
    sync_id: SyncId


@event(HOLDINGS_SYNC, Phase.SUCCEEDED, audit_action="holdings_sync_succeeded")
class HoldingsSyncSucceeded:
    user_id: UserId
    connection_id: ConnectionId
    sync_id: SyncId
    holdings: int


@event(HOLDINGS_SYNC, Phase.FAILED, audit_action="holdings_sync_failed")
class HoldingsSyncFailed:
    sync_id: SyncId
    reason: Fact
