"""One transaction a command, and the events that commit with it."""

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from app.application.terms import Terms
from app.core.ids import uuid7
from app.domain.events.registry import EVENTS
from app.domain.identity.actor import Actor
from app.domain.protocols.events import LogWaker
from app.infrastructure.postgres.errors import lost_race
from app.infrastructure.postgres.idempotency import PostgresIdempotencyKeys

# The user's row is locked first, so that one user's events reach the outbox in the order of their commits.
APPEND = text("""
    with owner as materialized (select id from users where id = :user_id for no key update),
    said as (
        insert into event_personal_data (event_id, user_id, data)
        select :id, :user_id, cast(:personal as jsonb) from (select count(*) from owner) as locked
    )
    insert into outbox (id, user_id, name, payload, actor)
    select :id, :user_id, :name, cast(:payload as jsonb), cast(:actor as jsonb)
    from (select count(*) from owner) as locked
""")


class PostgresUnitOfWork:
    """Implements `UnitOfWork`."""

    def __init__(
        self,
        session: AsyncSession,
        events: "PostgresEventLog",
        waker: LogWaker,
        terms: Terms,
        keys: PostgresIdempotencyKeys,
    ) -> None:
        self._session = session
        self._events = events
        self._waker = waker
        self._terms = terms
        self._keys = keys

    async def settle(self, value: object) -> bool:
        if self._terms.is_unchanged and not await self._terms.is_unchanged():
            return False
        if self._terms.claim:
            await self._keys.keep_within(self._session, self._terms.claim, value)
        return True

    async def commit(self) -> None:
        await self._session.commit()
        if self._events.forget():
            await self._waker.wake()

    async def rollback(self) -> None:
        self._events.forget()
        await self._session.rollback()

    def lost_race(self, error: Exception) -> bool:
        return lost_race(error)


class PostgresEventLog:
    """Implements `EventLog`: rows of the outbox, which the relay moves into the log."""

    def __init__(self, session: AsyncSession, engine: AsyncEngine, actor: Actor, waker: LogWaker) -> None:
        self._session = session
        self._at_once = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._actor = actor
        self._waker = waker
        self._appended: list[type] = []

    async def append(self, event: object) -> None:
        await self._insert(self._session, event)
        self._appended.append(type(event))

    async def append_now(self, event: object) -> None:
        async with self._at_once.connect() as connection:
            await self._insert(connection, event)
        await self._waker.wake()

    def holds(self, kind: type) -> bool:
        return kind in self._appended

    def forget(self) -> bool:
        """Begin anew after the transaction ended; answer whether it had events."""
        had = bool(self._appended)
        self._appended.clear()
        return had

    async def _insert(self, where: AsyncSession | AsyncConnection, event: object) -> None:
        meta = EVENTS[type(event)]
        payload, actor = msgspec.to_builtins(event), msgspec.to_builtins(self._actor)
        # What says something of a person stands where it can be erased; the log itself is append-only.
        personal = {name: payload.pop(name) for name in meta.personal}
        personal["actor"] = {name: actor.pop(name) for name in ("ip_address", "user_agent")}
        row = {
            "id": uuid7(),
            "user_id": getattr(event, "user_id", None) or self._actor.user_id,
            "name": meta.name,
            "payload": msgspec.json.encode(payload).decode(),
            "actor": msgspec.json.encode(actor).decode(),
            "personal": msgspec.json.encode(personal).decode(),
        }
        await where.execute(APPEND, row)
