"""Syncs: queued, run by one worker at a time, told account by account."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from app.core.errors import DomainError
from app.core.ids import AccountId, ConnectionId, SyncId
from app.domain.connections.connection import Connection
from app.domain.connections.reading import ProviderAccount
from app.domain.connections.reconciling import KnownRow
from app.domain.connections.sync import LinkedAccount, Sync, SyncedAccount, SyncState
from app.domain.connections.windows import Window


class SyncQueue(Protocol):
    """Asking for syncs, within the transaction of a command."""

    async def queue(self, sync: Sync, since: datetime) -> Sync:
        """Queue it, to be run once this transaction commits. Where one is open, or began after `since`, that one."""

    async def since(self, connections: Sequence[ConnectionId], at: datetime) -> Mapping[ConnectionId, list[datetime]]:
        """When their syncs were asked for since then, oldest first."""

    async def due(self, now: datetime, limit: int) -> Sequence[Connection]:
        """Active connections whose next sync has come, longest waiting first; nobody else gets them."""

    async def plan(self, connection_id: ConnectionId, next_at: datetime | None) -> None:
        """When the schedule comes to the connection again."""

    async def requeue(self) -> int:
        """Queue open syncs again that no worker knows of any more; answer how many."""


class OpenSyncs(Protocol):
    """Syncs under way, read outside of any transaction."""

    async def read(self, sync_id: SyncId) -> Sync | None: ...

    async def connection(self, sync: Sync) -> Connection | None: ...

    async def accounts(self, sync: Sync) -> Sequence[LinkedAccount]: ...

    async def position(self, sync: Sync) -> str | None:
        """Where the last reading of a cursor feed ended."""


class SyncRepository(Protocol):
    """Writing what a sync reads, within the transaction of a command. Whoever writes holds the sync."""

    async def begin(self, sync_id: SyncId, now: datetime) -> Sync | None:
        """Take it on as a new run; None if it has ended."""

    async def hold(self, sync: Sync) -> bool:
        """Hold it until the transaction ends; False if another run took over, or the connection has ended."""

    async def known_accounts(self, sync: Sync) -> Mapping[str, LinkedAccount]:
        """By the provider's ids."""

    async def link(self, sync: Sync, account_id: AccountId, told: ProviderAccount) -> None:
        """Tie the account to the connection; a number told leads files to it too, where none did before."""

    async def known_rows(
        self, sync: Sync, account: LinkedAccount, scheme: str, names: Sequence[bytes], days: Window | None
    ) -> Mapping[bytes, KnownRow]:
        """Rows that the scheme told before: those so named, and those that a reading of these days must tell.

        With `days` of None none of them must be told again.
        """

    async def note(self, sync: Sync, synced: Sequence[SyncedAccount]) -> None:
        """Add to what the sync did to accounts."""

    async def read_through(self, sync: Sync, provider_ids: Sequence[str], day: date) -> None:
        """Note up to when the accounts' rows were read."""

    async def advance(self, sync: Sync, position: str | None) -> None:
        """Note where the next reading of a cursor feed begins."""

    async def finish(self, sync: Sync, error: DomainError | None, now: datetime) -> SyncState | None:
        """End it as its accounts went, and tell their freshness; None if another run took over."""
