"""How one reaction follows the log.

Promises: of one user's events none is handled before those that came earlier; an event that fails is parked and tried
again with growing pauses, and holds up nobody but its own user. What a reaction does in the database, on the connection
it is given, happens exactly once: its mark is in the same transaction. What it does elsewhere happens at least once.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta
from time import monotonic
from typing import Protocol, runtime_checkable

import asyncpg
import msgspec

from app.application.reactions.registry import LoggedEvent, Reaction
from app.core.ids import UserId
from app.domain.events.registry import NAMES, EventMetadata
from app.domain.identity.actor import Actor

BATCH = 500
ATTEMPTS_MAX = 60  # which takes a day, so that a mail server may be away for a night
# A reaction may be slow, and its transaction must neither idle for long (PostgreSQL would end it, and all of its work
# would be done again) nor keep the other reactions waiting. It stops after this time, and one event at most on top.
STEP_SECONDS_MAX = 3.0
FIRST_PAUSE = timedelta(milliseconds=100)

MOVE_CURSOR = "update reaction_cursors set position = $2 where reaction = $1"
# Nothing where another process holds the place; a row without a position where nothing follows it. The log only grows,
# so what the snapshot has of it is right whoever moved the place before it was locked. The subquery keeps the planner,
# which does not know the limit, from reading all personal data there is.
FOLLOWING = """
    with place as materialized (select position from reaction_cursors where reaction = $1 for update skip locked)
    select following.* from place left join lateral (
        select event_log.*, (select data from event_personal_data where event_id = id) as personal from event_log
        where position > place.position order by position limit $2
    ) as following on true order by position
"""
DUE = """
    select event_log.*, said.data as personal from (
        select distinct on (user_id) position, attempts, next_at from parked_events
        where reaction = $1 order by user_id, position
    ) as head join event_log using (position) left join event_personal_data as said on event_id = id
    where head.next_at <= now() and head.attempts < $2 order by position
"""
HELD = "select distinct user_id from parked_events where reaction = $1"
PARK = """
    insert into parked_events (reaction, position, user_id, error, attempts, next_at) values ($1, $2, $3, $4, $5, now())
"""
PARK_AGAIN = """
    update parked_events
    set attempts = attempts + 1, error = $3, next_at = now() + $4::interval * 2 ^ least(attempts, 14)
    where reaction = $1 and position = $2
"""
DONE = "delete from parked_events where reaction = $1 and position = $2"

log = logging.getLogger(__name__)


@runtime_checkable
class DatabaseReaction(Protocol):
    """Something that follows from events, in the database."""

    @property
    def name(self) -> str:
        """Under which its place in the log is kept."""

    def wants(self, meta: EventMetadata) -> bool:
        """Whether events of this kind concern it."""

    async def apply(self, connection: asyncpg.Connection, events: Sequence[LoggedEvent]) -> None:
        """Do what follows, within the connection's open transaction, in this order. Raising undoes it."""


def in_time[R](rows: Sequence[R]) -> Iterator[R]:
    """The first row, and those after it while there is time."""
    until = monotonic() + STEP_SECONDS_MAX
    for row in rows:
        yield row
        if monotonic() > until:
            return


def logged(row: asyncpg.Record) -> LoggedEvent:
    """The event as it was; what was erased since is empty."""
    meta = NAMES[row["name"]]
    said = msgspec.json.decode(row["personal"]) if row["personal"] else {}
    erased = dict.fromkeys(meta.personal, "")
    facts = erased | msgspec.json.decode(row["payload"]) | {name: said[name] for name in meta.personal if name in said}
    actor = {"trace_id": ""} | msgspec.json.decode(row["actor"]) | said.get("actor", {})
    return LoggedEvent(
        position=row["position"],
        id=row["id"],
        user_id=UserId(row["user_id"]) if row["user_id"] else None,
        occurred_at=row["occurred_at"],
        meta=meta,
        event=msgspec.convert(facts, meta.event),
        actor=msgspec.convert(actor, Actor),
    )


def concerns(reaction: Reaction | DatabaseReaction, name: str) -> bool:
    """Whether events of that name are for the reaction, and for nobody to pass over."""
    meta = NAMES.get(name)  # None: a newer release wrote it; parked, it waits until that release is back
    return meta is None or reaction.wants(meta)


class Follower:
    """One step of one reaction, on a connection whose transaction is open."""

    def __init__(self, connection: asyncpg.Connection, reaction: Reaction | DatabaseReaction) -> None:
        self._connection = connection
        self._reaction = reaction
        self._held: set[object] = set()

    async def step(self, *, is_due: bool = True) -> int:
        """Take a batch, unless another process is at it; answer how many events it went on.

        `is_due` tells that something parked may be tried again.
        """
        name = self._reaction.name
        rows = await self._connection.fetch(FOLLOWING, name, BATCH)
        if rows and is_due:
            await self._retry()
        if not rows or rows[0]["position"] is None:
            return 0
        self._held = {row["user_id"] for row in await self._connection.fetch(HELD, name)}
        taken = await self._take(rows)
        await self._connection.execute(MOVE_CURSOR, name, rows[taken - 1]["position"])
        return taken

    async def _take(self, rows: Sequence[asyncpg.Record]) -> int:
        if isinstance(self._reaction, DatabaseReaction):
            wanted = [row for row in rows if concerns(self._reaction, row["name"])]
            free = [row for row in wanted if not self._is_held(row)]
            if len(free) == len(wanted) and await self._attempt(free) is None:
                return len(rows)
        taken = 0
        for row in in_time(rows):
            await self._one(row)
            taken += 1
        return taken

    def _is_held(self, row: asyncpg.Record) -> bool:
        return row["user_id"] is not None and row["user_id"] in self._held

    async def _one(self, row: asyncpg.Record) -> None:
        if not concerns(self._reaction, row["name"]):
            return
        user = row["user_id"]
        behind = self._is_held(row)
        error = "behind an earlier event" if behind else await self._attempt([row])
        if error:
            self._held.add(user)
            attempts = 0 if behind else 1
            await self._connection.execute(PARK, self._reaction.name, row["position"], user, error, attempts)

    async def _retry(self) -> None:
        """Try again what is parked: of each user only the first, so that order holds."""
        name = self._reaction.name
        for row in in_time(await self._connection.fetch(DUE, name, ATTEMPTS_MAX)):
            error = await self._attempt([row])
            if error is None:
                await self._connection.execute(DONE, name, row["position"])
            else:
                await self._connection.execute(PARK_AGAIN, name, row["position"], error, FIRST_PAUSE)

    async def _attempt(self, rows: Sequence[asyncpg.Record]) -> str | None:
        """Handle events; answer what went wrong. Any fault of a reaction parks its event and stops nothing else."""
        try:
            await self._handle([logged(row) for row in rows])
        except Exception as error:
            if self._connection.is_closed():
                raise
            log.exception("Reaction %s failed", self._reaction.name, extra={"positions": [r["position"] for r in rows]})
            return repr(error)[:500]
        return None

    async def _handle(self, events: Sequence[LoggedEvent]) -> None:
        if isinstance(self._reaction, DatabaseReaction):
            async with self._connection.transaction():  # a savepoint: a failure undoes the effect and not the mark
                await self._reaction.apply(self._connection, events)
            return
        for event in events:
            await self._reaction.handle(event)
