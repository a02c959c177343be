"""The audit trail in PostgreSQL: filled by the relay from the log, in the order of positions, each event once.

The lock on the reaction's place in the log makes one process at a time the writer, so the last record's hash is the one
to go on from. Costs four statements a batch.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from app.application.audit.recording import recorded
from app.application.audit.views import AuditFilter, AuditRecordView
from app.application.reactions.registry import LoggedEvent
from app.core.paging import Rows, Window
from app.domain.audit.record import NOTHING_BEFORE, AuditRecord, ChainedRecord, PersonalData
from app.domain.events.registry import EventMetadata
from app.infrastructure.postgres.filters import Filters
from app.infrastructure.postgres.json_rows import page, rows, select_list
from app.infrastructure.postgres.reader import Reader

LAST = "select position, hash from audit_records order by position desc limit 1"
PERSONAL = "select event_id, salt, data from event_personal_data where event_id = any($1)"
COLUMNS = (
    "position, event_id, occurred_at, action, outcome, user_id, actor_id, session_id, roles, trace_id, resource, "
    "facts, personal_digest"
)
NAMES = COLUMNS.split(", ")
INSERT = f"""
    insert into audit_records ({COLUMNS}, hash)
    values ({", ".join(f"${number}" for number in range(1, len(NAMES) + 2))})
"""  # noqa: S608  # names of columns
CHAIN = """
    select audit_records.*, salt, data from audit_records left join lateral (
        select salt, data from event_personal_data where event_id = audit_records.event_id limit 1
    ) as said on true where position > $1 order by position limit $2
"""
VIEW = select_list(
    AuditRecordView,
    facts="t.facts::json",
    hash="encode(t.hash, 'hex')",
    personal="(select data from event_personal_data where event_id = t.event_id)",
)
EXPORT = f"""
    select coalesce(json_agg(shown), '[]')::text from (
        select {VIEW} from audit_records as t where t.position > $1 order by t.position limit $2
    ) as shown
"""  # noqa: S608  # made of constants
CONDITIONS = {
    "action": "t.action = {}",
    "outcome": "t.outcome = {}",
    "user_id": "t.user_id = {}",
    "actor_id": "t.actor_id = {}",
    "resource": "t.resource = {}",
    "trace_id": "t.trace_id = {}",
    "start_at": "t.occurred_at >= {}",
    "end_at": "t.occurred_at < {}",
}


class PostgresAuditTrail:
    """Implements `DatabaseReaction`: appends a record for each event that has an audit action."""

    name = "audit"

    def wants(self, meta: EventMetadata) -> bool:
        return self.name in meta.reactions

    async def apply(self, connection: asyncpg.Connection, events: Sequence[LoggedEvent]) -> None:
        if not events:
            return
        last = await connection.fetchrow(LAST)
        position, previous = (last["position"], last["hash"]) if last else (0, NOTHING_BEFORE)
        said = {row["event_id"]: row for row in await connection.fetch(PERSONAL, [event.id for event in events])}
        lines: list[tuple[Any, ...]] = []
        for position, logged in enumerate(events, position + 1):  # noqa: B020  # it begins where the trail ends
            record = recorded(logged, position, personal.digest if (personal := beside(said.get(logged.id))) else None)
            previous = record.hashed(previous)
            lines.append((*(getattr(record, name) for name in NAMES), previous))
        await connection.executemany(INSERT, lines)


class PostgresAuditReader(Reader):
    """Implements `AuditReader`."""

    async def page(self, filters: AuditFilter, window: Window) -> Rows:
        wanted = Filters(window.limit)
        for name, condition in CONDITIONS.items():
            wanted.add(condition, getattr(filters, name))
        records = f"audit_records as t where true{wanted.text}"
        counted = f"(select count(*) from {records})" if window.total else "null::bigint"  # noqa: S608  # constants
        wanted.add("t.position < {}", int(window.after[0]) if window.after else None)
        statement = page(
            f"audit_records as t where true{wanted.text}", VIEW, "t.position desc", ("t.position",), counted
        )
        return rows(await self._pool.fetchrow(statement, *wanted.arguments))

    async def export(self, after: int, limit: int) -> Sequence[AuditRecordView]:
        return msgspec.json.decode(await self._pool.fetchval(EXPORT, after, limit), type=list[AuditRecordView])

    async def chain(self, after: int, limit: int) -> Sequence[ChainedRecord]:
        return [chained(row) for row in await self._pool.fetch(CHAIN, after, limit)]


def chained(row: asyncpg.Record) -> ChainedRecord:
    fields = {name: row[name] for name in NAMES} | {"roles": tuple(row["roles"])}
    return ChainedRecord(record=AuditRecord(**fields), hash=row["hash"], personal=beside(row))


def beside(row: asyncpg.Record | None) -> PersonalData | None:
    """The personal data beside a record, unless it was erased."""
    return PersonalData(salt=UUID(str(row["salt"])), json=row["data"]) if row and row["salt"] else None
