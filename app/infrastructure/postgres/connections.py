"""Connections and their encrypted credentials in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.application.connections.views import ConnectionView
from app.core.ids import ConnectionId, SyncId, UserId
from app.core.paging import Rows, Window
from app.domain.connections.connection import Connection, ConnectionStatus
from app.domain.connections.provider import Credentials, Grant
from app.infrastructure.postgres.filters import Filters
from app.infrastructure.postgres.json_rows import page, rows
from app.infrastructure.postgres.reader import Reader
from app.infrastructure.postgres.readers import ACCOUNT
from app.infrastructure.postgres.rows import hold, values
from app.infrastructure.postgres.tables.connections import AuthorizationRow, ConnectionRow
from app.infrastructure.postgres.tables.syncs import SyncRow
from app.infrastructure.security.vault import KeyedCredentialVault

FIELDS = tuple(Connection.__slots__)
COLUMNS = ", ".join(FIELDS)
LISTED = f"""
    select {COLUMNS}, (select count(*) from connections where user_id = $1) as total
    from connections where user_id = $1 and ($2::uuid is null or id > $2) order by id limit $3 + 1
"""  # noqa: S608  # the columns are the entity's fields
READ_THROUGH = "t.id in (select account_id from connection_accounts where connection_id = $3)"
EXPIRING = f"""
    select {COLUMNS} from connections where status = 'active' and access_expires_at < $1
    order by access_expires_at limit $2
"""  # noqa: S608  # the columns are the entity's fields
REST = text("""
    update accounts as a set freshness = 'manual', user_action = null
    where id in (select account_id from connection_accounts where connection_id = :id) and not exists (
        select from connection_accounts as k join connections as c on c.id = k.connection_id
        where k.account_id = a.id and c.id <> :id and c.status <> 'disconnected'
    )
""")
WARN = text(f"""
    update connections as c set warned_for = c.consent_expires_at from users as u
    where u.id = c.user_id and c.status in ('active', 'paused') and c.consent_expires_at < :before
        and c.warned_for is distinct from c.consent_expires_at
    returning {", ".join(f"c.{name}" for name in FIELDS)}, u.email
""")  # noqa: S608  # the columns are the entity's fields


class PostgresConnectionRepository:
    """Implements `ConnectionRepository`."""

    def __init__(self, session: AsyncSession, vault: KeyedCredentialVault) -> None:
        self._session = session
        self._vault = vault

    async def add(self, connection: Connection, credentials: Credentials | None = None) -> None:
        self._session.add(ConnectionRow(**values(connection), **self._sealed(connection, credentials)))
        await self._session.flush()

    async def hold(self, user_id: UserId, connection_id: ConnectionId) -> Connection | None:
        mine = select(ConnectionRow).where(ConnectionRow.user_id == user_id, ConnectionRow.id == connection_id)
        return await self._held(mine)

    async def hold_same(self, user_id: UserId, provider_slug: str, external_id: str) -> Connection | None:
        await hold(self._session, f"consents of {user_id}")
        same = select(ConnectionRow).where(
            ConnectionRow.user_id == user_id,
            ConnectionRow.provider_slug == provider_slug,
            ConnectionRow.external_id == external_id,
            ConnectionRow.status != ConnectionStatus.DISCONNECTED,
        )
        return await self._held(same)

    async def save(self, connection: Connection, credentials: Credentials | None = None) -> None:
        stored = update(ConnectionRow).where(ConnectionRow.id == connection.id)
        await self._session.execute(stored.values(**values(connection), **self._sealed(connection, credentials)))

    async def erase(self, connection_id: ConnectionId) -> None:
        await self._session.execute(delete(AuthorizationRow).where(AuthorizationRow.connection_id == connection_id))
        await self._session.execute(REST, {"id": connection_id})

    async def warn(self, before: datetime) -> Sequence[tuple[Connection, str]]:
        rows = (await self._session.execute(WARN, {"before": before})).mappings()
        return [(entity({**row}), row["email"]) for row in rows]

    async def syncs(self, connection_id: ConnectionId) -> Sequence[SyncId]:
        mine = select(SyncRow.id).where(SyncRow.connection_id == connection_id)
        return [SyncId(found) for found in await self._session.scalars(mine)]

    async def purge(self, connection_id: ConnectionId) -> None:
        await self._session.execute(delete(ConnectionRow).where(ConnectionRow.id == connection_id))

    def _sealed(self, connection: Connection, credentials: Credentials | None) -> dict[str, bytes | None]:
        if credentials:
            return {"credentials": self._vault.seal(credentials, connection.user_id, connection.id)}
        return {"credentials": None} if connection.status is ConnectionStatus.DISCONNECTED else {}

    async def _held(self, wanted: Any) -> Connection | None:
        row = await self._session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
        return entity(row) if row else None


class PostgresOpenConnections:
    """Implements `OpenConnections`: each call is a transaction of its own."""

    def __init__(self, engine: AsyncEngine, pool: asyncpg.Pool, vault: KeyedCredentialVault) -> None:
        self._engine = engine
        self._pool = pool
        self._vault = vault

    async def read(self, user_id: UserId, connection_id: ConnectionId) -> Connection | None:
        statement = f"select {COLUMNS} from connections where user_id = $1 and id = $2"  # noqa: S608  # fields
        row = await self._pool.fetchrow(statement, user_id, connection_id)
        return entity({**row}) if row else None

    async def credentials(self, connection: Connection) -> Credentials | None:
        sealed = await self._pool.fetchval("select credentials from connections where id = $1", connection.id)
        return self._vault.open(sealed, connection.user_id, connection.id) if sealed else None

    async def expiring(self, before: datetime, limit: int) -> Sequence[Connection]:
        return [entity({**row}) for row in await self._pool.fetch(EXPIRING, before, limit)]

    async def renew(self, connection: Connection, grant: Grant, now: datetime) -> None:
        sealed = self._vault.seal(grant.credentials, connection.user_id, connection.id)
        await self._change(
            connection,
            credentials=sealed,
            access_expires_at=grant.access_expires_at,
            consent_expires_at=grant.consent_expires_at,
            updated_at=now,
        )

    async def end(self, connection: Connection, now: datetime) -> None:
        ended = connection.ended(now)
        await self._change(connection, status=ended.status, next_sync_at=None, updated_at=now)

    async def _change(self, connection: Connection, **changed: Any) -> None:
        connected = ConnectionRow.credentials.is_not(None)  # nothing comes back to life that was disconnected meanwhile
        async with self._engine.begin() as transaction:
            stored = update(ConnectionRow).where(ConnectionRow.id == connection.id, connected)
            await transaction.execute(stored.values(**changed))


class PostgresConnectionReader(Reader):
    """Implements `ConnectionReader`."""

    async def connections(self, user_id: UserId, window: Window, now: datetime) -> Rows:
        after = UUID(window.after[0]) if window.after else None
        found = await self._pool.fetch(LISTED, user_id, after, window.limit)
        shown = [ConnectionView.of(entity({**row}), now) for row in found[: window.limit]]
        total = found[0]["total"] if found else 0
        return Rows(
            json=msgspec.json.encode(shown),
            last=(str(shown[-1].id),) if len(found) > window.limit else None,
            total=total if window.total else None,
        )

    async def accounts(self, user_id: UserId, connection_id: ConnectionId, window: Window) -> Rows | None:
        filters = Filters(window.limit, user_id, connection_id)
        filters.add("t.id > {}", UUID(window.after[0]) if window.after else None)
        source = f"accounts as t where t.user_id = $2 and {READ_THROUGH}"
        counted = f"(select count(*) from {source})" if window.total else "null::bigint"  # noqa: S608  # constants
        listed = page(source + filters.text, ACCOUNT, "t.id", ("t.id",), counted)
        owned = f"{listed} from connections as owned where owned.user_id = $2 and owned.id = $3"
        record = await self._pool.fetchrow(owned, *filters.arguments)
        return rows(record) if record else None


def entity(row: object) -> Connection:
    """Of a row, or of a mapping."""
    return msgspec.convert(row, Connection, from_attributes=True)
