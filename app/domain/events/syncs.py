"""What happens when institutions are read."""

from app.core.ids import ConnectionId, SyncId, UserId
from app.domain.events.registry import workflow


@workflow("sync_request", {"connection_id": ConnectionId}, audit_action="sync_requested")
class SyncRequestSucceeded:
    """`joined` tells that a sync was on its way already."""

    user_id: UserId
    connection_id: ConnectionId
    sync_id: SyncId
    joined: bool


@workflow("account_sync", {"sync_id": SyncId}, audit_action="account_sync_succeeded")
class AccountSyncSucceeded:
    user_id: UserId
    connection_id: ConnectionId
    sync_id: SyncId
    accounts: int


@workflow("transaction_sync", {"sync_id": SyncId}, audit_action="transaction_sync_succeeded")
class TransactionSyncSucceeded:
    user_id: UserId
    connection_id: ConnectionId
    sync_id: SyncId
    created: int
    updated: int
    removed: int


@workflow("holdings_sync", {"sync_id": SyncId}, audit_action="holdings_sync_succeeded")
class HoldingsSyncSucceeded:
    user_id: UserId
    connection_id: ConnectionId
    sync_id: SyncId
    holdings: int
