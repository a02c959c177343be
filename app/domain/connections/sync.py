"""One reading of an institution: what was asked, how far it came, what it did to each account."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.core.errors import DomainError
from app.core.ids import AccountId, ConnectionId, SyncId, UserId, uuid7
from app.domain.connections.connection import Connection
from app.domain.imports.statement_import import MergeCounts
from app.domain.ledger.source import DataSource, SourceKind


class SyncState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"


OPEN = frozenset({SyncState.QUEUED, SyncState.RUNNING})


class SyncResource(StrEnum):
    ACCOUNTS = "accounts"
    TRANSACTIONS = "transactions"
    HOLDINGS = "holdings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """`account_id`, `start_on` and `end_on` narrow it down; `force` reads the whole history again.

    `run` counts how often a worker took it on: only the newest may write.
    """

    id: SyncId
    user_id: UserId
    connection_id: ConnectionId
    kind: SourceKind
    state: SyncState
    resources: tuple[SyncResource, ...]
    created_at: datetime
    account_id: AccountId | None = None
    start_on: date | None = None
    end_on: date | None = None
    force: bool = False
    run: int = 0
    finished_at: datetime | None = None

    @property
    def source(self) -> DataSource:
        return DataSource(kind=self.kind, id=self.id)

    @property
    def teller(self) -> DataSource:
        """Who tells of accounts: the connection, in all its syncs."""
        return DataSource(kind=SourceKind.ACCOUNT_SYNC, id=self.connection_id)

    def wants(self, resource: SyncResource) -> bool:
        return resource in self.resources


def automatic(connection: Connection, now: datetime) -> Sync:
    """The sync nobody asks for: the first one of a connection, or the next of its schedule."""
    first = connection.last_sync_at is None
    return Sync(
        id=SyncId(uuid7()),
        user_id=connection.user_id,
        connection_id=connection.id,
        kind=SourceKind.INITIAL_CONNECTION if first else SourceKind.SCHEDULED_SYNC,
        state=SyncState.QUEUED,
        resources=tuple(SyncResource),
        created_at=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedAccount:
    """An account as a connection knows it, and the ledger's. `read_through` is up to when its rows were read."""

    provider_id: str
    account_id: AccountId
    currency: str
    created: bool = False
    read_through: date | None = None


NOTHING = MergeCounts()


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedAccount:
    """What a sync did to one account so far; later parts of the sync add to it, and the first error stays."""

    account_id: AccountId
    counts: MergeCounts = NOTHING
    error: DomainError | None = None
