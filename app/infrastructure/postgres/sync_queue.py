"""Syncs to be run: rows of `syncs`, and PgQueuer's jobs that name them, written in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import or_, select, text, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.ids import ConnectionId
from app.domain.connections.connection import Connection, ConnectionStatus
from app.domain.connections.sync import OPEN, Sync
from app.infrastructure.postgres.connections import entity
from app.infrastructure.postgres.import_jobs import ENQUEUE
from app.infrastructure.postgres.rows import hold, values
from app.infrastructure.postgres.tables.connections import ConnectionRow
from app.infrastructure.postgres.tables.syncs import SyncRow

ENTRYPOINT = "sync"
REQUEUE = text("""
    insert into pgqueuer (priority, entrypoint, payload, status)
    select 0, :entrypoint, convert_to(s.id::text, 'UTF8'), 'queued' from syncs as s
    where s.state in ('queued', 'running') and s.created_at < now() - interval '1 minute' and not exists (
        select from pgqueuer as job
        where job.entrypoint = :entrypoint and job.payload = convert_to(s.id::text, 'UTF8')
    )
""")


class PostgresSyncQueue:
    """Implements `SyncQueue`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def queue(self, sync: Sync, since: datetime) -> Sync:
        await hold(self._session, f"syncs of {sync.connection_id}")
        there = select(SyncRow).where(
            SyncRow.connection_id == sync.connection_id, or_(SyncRow.state.in_(OPEN), SyncRow.created_at >= since)
        )
        row = await self._session.scalar(there.order_by(SyncRow.created_at.desc()).limit(1))
        if row:
            return sync_of(row)
        self._session.add(SyncRow(**values(sync)))
        await self._session.flush()
        await self._session.execute(ENQUEUE, {"entrypoint": ENTRYPOINT, "payload": str(sync.id).encode()})
        return sync

    async def since(self, connections: Sequence[ConnectionId], at: datetime) -> Mapping[ConnectionId, list[datetime]]:
        theirs = select(SyncRow.connection_id, SyncRow.created_at).where(
            SyncRow.connection_id.in_(connections), SyncRow.created_at > at
        )
        found: dict[ConnectionId, list[datetime]] = {one: [] for one in connections}
        for connection_id, created_at in await self._session.execute(theirs.order_by(SyncRow.created_at)):
            found[ConnectionId(connection_id)].append(created_at)
        return found

    async def due(self, now: datetime, limit: int) -> Sequence[Connection]:
        waiting = (
            select(ConnectionRow)
            .where(ConnectionRow.status == ConnectionStatus.ACTIVE, ConnectionRow.next_sync_at <= now)
            .order_by(ConnectionRow.next_sync_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = await self._session.scalars(waiting)
        return [entity(row) for row in rows]

    async def plan(self, connection_id: ConnectionId, next_at: datetime | None) -> None:
        active = (ConnectionRow.id == connection_id, ConnectionRow.status == ConnectionStatus.ACTIVE)
        await self._session.execute(update(ConnectionRow).where(*active).values(next_sync_at=next_at))

    async def requeue(self) -> int:
        queued = await self._session.execute(REQUEUE, {"entrypoint": ENTRYPOINT})
        return cast("CursorResult[Any]", queued).rowcount


def sync_of(row: object) -> Sync:
    """Of a row, or of a record."""
    return msgspec.convert(row, Sync, from_attributes=True)
