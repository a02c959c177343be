"""The event log as operators and upkeep see it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.application.events.views import EventLine, ParkedLine
from app.infrastructure.postgres.reader import Reader

EVENTS = """
    select position, occurred_at, name, user_id, payload as facts from event_log
    where ($2::text is null or name = $2) and ($3::uuid is null or user_id = $3) order by position desc limit $1
"""
PARKED = """
    select reaction, position, coalesce(name, '') as name, parked_events.user_id, attempts, next_at, error
    from parked_events left join event_log using (position)
    where $2::text is null or reaction = $2 order by position, reaction limit $1
"""
RETRY = text("""
    with due as (
        update parked_events set attempts = 0, next_at = :at
        where (cast(:reaction as text) is null or reaction = :reaction)
            and (cast(:position as bigint) is null or position = :position) returning 1
    )
    select count(*) from due
""")
TRIM_BATCH = 5_000
# What no reaction waits for, oldest first. Personal data outlives its event only beside an audit record.
TRIM = """
    with gone as (
        delete from event_log where position in (
            select position from event_log where occurred_at < $1
                and position <= (select min(position) from reaction_cursors)
                and not exists (select from parked_events where parked_events.position = event_log.position)
            order by position limit $2
        ) returning id
    ), unaudited as (
        delete from event_personal_data where event_id in (select id from gone)
            and not exists (select from audit_records where audit_records.event_id = event_personal_data.event_id)
    )
    select count(*) from gone
"""


class PostgresEventReader(Reader):
    """Implements `EventReader`."""

    async def events(self, limit: int, name: str | None, user_id: UUID | None) -> Sequence[EventLine]:
        rows = await self._pool.fetch(EVENTS, limit, name, user_id)
        return [EventLine(**{**row, "facts": msgspec.json.decode(row["facts"])}) for row in rows]

    async def parked(self, limit: int, reaction: str | None) -> Sequence[ParkedLine]:
        return [ParkedLine(**row) for row in await self._pool.fetch(PARKED, limit, reaction)]


class PostgresParkedEvents:
    """Implements `ParkedEvents`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def retry(self, reaction: str | None, position: int | None, at: datetime) -> int:
        row = await self._session.execute(RETRY, {"reaction": reaction, "position": position, "at": at})
        return int(row.scalar_one())


class PostgresLogTrimmer:
    """Implements `EventLogTrimmer`, in batches that each commit: a long transaction would hold up the clean-up."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def trim(self, before: datetime) -> int:
        total = 0
        while count := await self._pool.fetchval(TRIM, before, TRIM_BATCH):
            total += count
        return total
