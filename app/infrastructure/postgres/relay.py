"""The relay: moves committed events from the outbox into the log, and runs the reactions that follow.

Promises: positions are gapless and visible in order; one process at a time sequences (it holds the head row's lock)
and any process may take over; each reaction sees the events of one user in order; an event that fails is parked and
tried again with growing pauses, and holds up nobody but its own user. A reaction's mark commits after its work, so
work happens at least once. Costs a few idle queries each half second and process; a wake-up makes it prompt.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta
from time import monotonic

import asyncpg
import msgspec

from app.application.reactions.registry import LoggedEvent, Reaction
from app.core.ids import UserId
from app.domain.events.registry import NAMES, EventMetadata
from app.domain.protocols.events import LogWaker

BATCH = 500
ATTEMPTS_MAX = 60  # which takes a day, so that a mail server may be away for a night
POLL_SECONDS = 0.5
# A reaction may be slow, and its transaction must neither idle for long (PostgreSQL would end it, and all of its work
# would be done again) nor keep the other reactions waiting. It stops after this time, and one event at most on top.
STEP_SECONDS_MAX = 3.0
FAULT_PAUSE_SECONDS = 1.0

log = logging.getLogger(__name__)

LOCK_HEAD = "select position from log_head for update skip locked"
MOVE = """
    with taken as (delete from outbox where seq in (select seq from outbox order by seq limit $1) returning *),
    moved as (
        insert into event_log (position, id, user_id, name, payload, actor, occurred_at)
        select $2::bigint + row_number() over (order by seq), id, user_id, name, payload, actor, occurred_at from taken
        returning 1
    )
    select count(*) from moved
"""
LOCK_CURSOR = "select position from reaction_cursors where reaction = $1 for update skip locked"
FOLLOWING = """
    select event_log.*, said.data as personal from event_log left join event_personal_data as said on event_id = id
    where position > $1 order by position limit $2
"""
DUE = """
    select event_log.*, said.data as personal from (
        select distinct on (user_id) position, attempts, next_at from parked_events
        where reaction = $1 order by user_id, position
    ) as head join event_log using (position) left join event_personal_data as said on event_id = id
    where head.next_at <= now() and head.attempts < $2 order by position
"""
PARK = """
    insert into parked_events (reaction, position, user_id, error, attempts, next_at) values ($1, $2, $3, $4, $5, now())
"""
PARK_AGAIN = """
    update parked_events
    set attempts = attempts + 1, error = $3, next_at = now() + $4::interval * 2 ^ least(attempts, 14)
    where reaction = $1 and position = $2 returning attempts
"""
FIRST_PAUSE = timedelta(milliseconds=100)


def in_time[R](rows: Sequence[R]) -> Iterator[R]:
    """The first row, and those after it while there is time."""
    until = monotonic() + STEP_SECONDS_MAX
    for row in rows:
        yield row
        if monotonic() > until:
            return


def remembered(row: asyncpg.Record, meta: EventMetadata) -> object:
    """The event as it was; what was erased since is empty."""
    said = msgspec.json.decode(row["personal"]) if row["personal"] else {}
    erased = dict.fromkeys(meta.personal, "")
    facts = erased | msgspec.json.decode(row["payload"]) | {name: said[name] for name in meta.personal if name in said}
    return msgspec.convert(facts, meta.event)


class Relay:
    """Runs until cancelled, in every API process and worker."""

    def __init__(self, pool: asyncpg.Pool, waker: LogWaker, reactions: Sequence[Reaction]) -> None:
        self._pool = pool
        self._waker = waker
        self._reactions = reactions

    async def run(self) -> None:
        """Follow the log for ever. A fault of the database is logged, and tried again after a pause."""
        while True:
            try:
                moved = await self.step()
            except Exception:  # the relay must outlive whatever happens to it, above all the database's absence
                log.exception("The event relay stumbled and will try again")
                await asyncio.sleep(FAULT_PAUSE_SECONDS)
            else:
                if moved < BATCH:  # a full batch may have left some
                    await self._waker.wait(POLL_SECONDS)

    async def step(self) -> int:
        """Sequence one batch and let every reaction take one; answer how many events moved on."""
        async with self._pool.acquire() as connection:
            moved = await self._sequence(connection)
            for reaction in self._reactions:
                moved += await self._react(connection, reaction)
        return moved

    async def _sequence(self, connection: asyncpg.Connection) -> int:
        async with connection.transaction():
            # Lock first: the next statement's snapshot then holds all that committed before (READ COMMITTED).
            head = await connection.fetchval(LOCK_HEAD)
            if head is None:
                return 0
            moved: int = await connection.fetchval(MOVE, BATCH, head)
            if moved:
                await connection.execute("update log_head set position = position + $1", moved)
        return moved

    async def _react(self, connection: asyncpg.Connection, reaction: Reaction) -> int:
        async with connection.transaction():
            position = await connection.fetchval(LOCK_CURSOR, reaction.name)
            if position is None:
                return 0
            await self._retry(connection, reaction)
            rows = await connection.fetch(FOLLOWING, position, BATCH)
            held = {row["user_id"] for row in await self._parked_users(connection, reaction)} if rows else set()
            taken = 0
            for row in in_time(rows):
                await self._take(connection, reaction, row, held)
                taken += 1
            if taken:
                move = "update reaction_cursors set position = $2 where reaction = $1"
                await connection.execute(move, reaction.name, rows[taken - 1]["position"])
        return taken

    async def _take(
        self, connection: asyncpg.Connection, reaction: Reaction, row: asyncpg.Record, held: set[object]
    ) -> None:
        user = row["user_id"]
        meta = NAMES.get(row["name"])  # None: a newer release wrote it; parked, it waits until that release is back
        if meta and not reaction.wants(meta):
            return
        behind = user is not None and user in held
        error = "behind an earlier event" if behind else await self._attempt(reaction, row)
        if error:
            held.add(user)
            await connection.execute(PARK, reaction.name, row["position"], user, error, 0 if behind else 1)

    async def _retry(self, connection: asyncpg.Connection, reaction: Reaction) -> None:
        """Try again what is parked: of each user only the first, so that order holds."""
        for row in in_time(await connection.fetch(DUE, reaction.name, ATTEMPTS_MAX)):
            error = await self._attempt(reaction, row)
            if error is None:
                done = "delete from parked_events where reaction = $1 and position = $2"
                await connection.execute(done, reaction.name, row["position"])
            else:
                await connection.execute(PARK_AGAIN, reaction.name, row["position"], error, FIRST_PAUSE)

    async def _parked_users(self, connection: asyncpg.Connection, reaction: Reaction) -> list[asyncpg.Record]:
        found: list[asyncpg.Record] = await connection.fetch(
            "select distinct user_id from parked_events where reaction = $1", reaction.name
        )
        return found

    async def _attempt(self, reaction: Reaction, row: asyncpg.Record) -> str | None:
        """Handle one event; answer what went wrong. Any fault of a reaction parks its event and stops nothing else."""
        try:
            meta = NAMES[row["name"]]
            logged = LoggedEvent(
                position=row["position"],
                id=row["id"],
                user_id=UserId(row["user_id"]) if row["user_id"] else None,
                occurred_at=row["occurred_at"],
                meta=meta,
                event=remembered(row, meta),
            )
            await reaction.handle(logged)
        except Exception as error:
            log.exception("Reaction %s failed at event %s", reaction.name, row["position"])
            return repr(error)[:500]
        return None
