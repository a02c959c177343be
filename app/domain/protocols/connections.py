"""Ties to institutions: stored, opened, locked."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from app.core.ids import ConnectionId, SyncId, UserId
from app.domain.connections.authorization import Authorization
from app.domain.connections.connection import Connection
from app.domain.connections.provider import Credentials, Grant


class ConnectionRepository(Protocol):
    """Connections, within the transaction of a command. Nobody waits for an institution while holding one."""

    async def add(self, connection: Connection, credentials: Credentials | None = None) -> None: ...

    async def hold(self, user_id: UserId, connection_id: ConnectionId) -> Connection | None:
        """The user's connection, locked until the transaction ends."""

    async def hold_same(self, user_id: UserId, provider_slug: str, external_id: str) -> Connection | None:
        """The user's connection of that very consent, disconnected ones apart; nobody else adds one meanwhile."""

    async def save(self, connection: Connection, credentials: Credentials | None = None) -> None:
        """Store it; credentials, where given, encrypted and in the place of earlier ones."""

    async def erase(self, connection_id: ConnectionId) -> None:
        """Forget every authorization under way, and that accounts wait for it alone.

        Credentials go when the connection is saved as disconnected.
        """

    async def warn(self, before: datetime) -> Sequence[tuple[Connection, str]]:
        """Connections whose consent ends before then, with their owners' addresses; each consent is answered once."""

    async def syncs(self, connection_id: ConnectionId) -> Sequence[SyncId]:
        """All that ever were: the sources of its data."""

    async def purge(self, connection_id: ConnectionId) -> None:
        """Delete the connection and its syncs."""


class OpenConnections(Protocol):
    """Connections with their credentials, read outside of any transaction: what waits for an institution asks here."""

    async def read(self, user_id: UserId, connection_id: ConnectionId) -> Connection | None: ...

    async def credentials(self, connection: Connection) -> Credentials | None: ...

    async def expiring(self, before: datetime, limit: int) -> Sequence[Connection]:
        """Active connections whose access runs out before then, the soonest first."""

    async def renew(self, connection: Connection, grant: Grant, now: datetime) -> None:
        """Store what a refresh granted, at once: the old credentials may be dead already."""

    async def end(self, connection: Connection, now: datetime) -> None:
        """Note at once that the institution lets us in no longer."""


class AuthorizationRepository(Protocol):
    """Authorizations under way. Only hashes of the secrets by which they are found are stored."""

    async def add(self, authorization: Authorization, link_hash: bytes, state_hash: bytes) -> None: ...

    async def bind(self, link_hash: bytes, browser_hash: bytes, now: datetime) -> Authorization | None:
        """The authorization of a start link, from now on that browser's; None for another browser's, or a dead one."""

    async def take(self, state_hash: bytes, browser_hash: bytes, now: datetime) -> Authorization | None:
        """Use it up, whatever follows: commits at once, and of several at once only one gets it."""

    async def purge(self, before: datetime) -> int:
        """Delete those that expired before that instant; answer how many."""


class ConnectionLocks(Protocol):
    """One at a time over all processes."""

    def held(self, connection_id: ConnectionId, wait_seconds: float = 0) -> AbstractAsyncContextManager[bool]:
        """Hold the connection until the context ends, or the process; False if somebody else does, all that while."""


class SealedRows(Protocol):
    """All that is stored encrypted: credentials and account numbers."""

    async def renew(self, limit: int) -> tuple[int, int]:
        """Encrypt up to so many rows of older keys under the current one: how many, and how many nobody can open."""
