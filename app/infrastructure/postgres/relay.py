"""The relay: moves committed events from the outbox into the log, and runs the reactions that follow.

Promises: positions are gapless and visible in order; one process at a time sequences (it holds the head row's lock)
and any process may take over; each reaction follows the log as `following` promises. Costs an idle query each half
second and wake-up in each process; a wake-up makes it prompt, and work that only the polling found is counted and told.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NewType

import asyncpg

from app.application.reactions.registry import Reaction
from app.domain.protocols.events import LogWaker
from app.infrastructure.postgres.following import ATTEMPTS_MAX, BATCH, DatabaseReaction, Follower, concerns

POLL_SECONDS = 0.5
FAULT_PAUSE_SECONDS = 1.0

log = logging.getLogger(__name__)

# A process that comes too late finds that nothing is left to do here, and opens no transaction to learn it.
PLACES = """
    select exists (select from outbox) as is_waiting, reaction, place.position,
        place.position < head.position as is_behind, exists (
            select from parked_events where reaction = place.reaction and next_at <= now() and attempts < $2
        ) as is_due
    from log_head as head left join reaction_cursors as place on reaction = any($1)
"""
NEXT_NAMES = """
    select max(position) as until, array_agg(distinct name) as names
    from (select position, name from event_log where position > $1 order by position limit $2) as following
"""
# What lies between is nothing to these reactions, wherever between they are by now.
MOVE_PAST = """
    update reaction_cursors set position = $3 where reaction in (
        select reaction from reaction_cursors where reaction = any($1) and position >= $2 and position < $3
        for update skip locked
    ) returning reaction
"""
LOCK_HEAD = "select position from log_head for update skip locked"
# By an upper bound and not by a list: whatever the planner believes of a table that is mostly empty, each row is read
# once, so that a backlog is worked off.
MOVE = """
    with last as materialized (select max(seq) as seq from (select seq from outbox order by seq limit $1) as first),
    taken as (delete from outbox where seq <= (select seq from last) returning *),
    moved as (
        insert into event_log (position, id, user_id, name, payload, actor, occurred_at)
        select $2::bigint + row_number() over (order by seq), id, user_id, name, payload, actor, occurred_at from taken
        returning position
    ),
    head as (update log_head set position = last.position from (select max(position) as position from moved) as last
        where last.position is not null)
    select count(*) from moved
"""
# A reaction that is new begins with what happens from now on; a migration that wants more puts its place earlier.
INTRODUCE = """
    insert into reaction_cursors (reaction, position)
    select reaction, position from unnest($1::text[]) as reaction, log_head on conflict do nothing
"""
LAG = """
    select coalesce(extract(epoch from clock_timestamp() - min(since)), 0)::float from (
        (select occurred_at as since from outbox order by seq limit 1) union all
        select (select occurred_at from event_log where event_log.position > place.position order by position limit 1)
        from reaction_cursors as place where reaction = any($1)
    ) as waiting
"""


# What follows from events, in the order in which one step comes to it.
Reactions = NewType("Reactions", tuple[Reaction | DatabaseReaction, ...])


class Relay:
    """Runs until cancelled, in every API process and worker."""

    def __init__(self, pool: asyncpg.Pool, waker: LogWaker, reactions: Sequence[Reaction | DatabaseReaction]) -> None:
        self._pool = pool
        self._waker = waker
        self._reactions = reactions
        self._introduced = False
        self.found_by_polling = 0

    async def run(self) -> None:
        """Follow the log for ever. A fault of the database is logged, and tried again after a pause."""
        woken = True
        while True:
            try:
                moved = await self.step()
            except Exception:  # the relay must outlive whatever happens to it, above all the database's absence
                log.exception("The event relay stumbled and will try again")
                await asyncio.sleep(FAULT_PAUSE_SECONDS)
                woken = True  # what was missed meanwhile is no fault of the wake-up
                continue
            if moved and not woken:
                self.found_by_polling += 1
                log.warning("Polling found events that no wake-up told", extra={"times": self.found_by_polling})
            # A full batch may have left some.
            woken = moved >= BATCH or await self._waker.wait(POLL_SECONDS)

    async def step(self) -> int:
        """Sequence one batch and let every reaction take one; answer how many events moved on."""
        async with self._pool.acquire() as connection:
            if not self._introduced:
                await connection.execute(INTRODUCE, self._names)
                self._introduced = True
            places = await connection.fetch(PLACES, self._names, ATTEMPTS_MAX)
            moved = await self._sequence(connection) if places[0]["is_waiting"] else 0
            late = {place["reaction"]: place for place in places if moved or place["is_behind"] or place["is_due"]}
            return moved + await self._follow(connection, late)

    async def lag_seconds(self) -> float:
        """How long the oldest event waits that some reaction of this process has not come to; parked ones aside."""
        waiting: float = await self._pool.fetchval(LAG, self._names)
        return max(waiting, 0.0)

    @property
    def _names(self) -> list[str]:
        return [reaction.name for reaction in self._reactions]

    async def _follow(self, connection: asyncpg.Connection, late: Mapping[str, asyncpg.Record]) -> int:
        """Let reactions go on from their places; those that nothing there concerns pass it over together."""
        places = {place["position"] for place in late.values()}
        following = {at: await connection.fetchrow(NEXT_NAMES, at, BATCH) for at in places}
        concerned: list[Reaction | DatabaseReaction] = []
        passing: defaultdict[int, list[str]] = defaultdict(list)
        for reaction in self._reactions:
            if place := late.get(reaction.name):
                names = following[place["position"]]["names"] or ()
                if place["is_due"] or any(concerns(reaction, name) for name in names):
                    concerned.append(reaction)
                else:
                    passing[place["position"]].append(reaction.name)
        moved = 0
        for at, reactions in passing.items():
            until = following[at]["until"]
            passed = await connection.fetch(MOVE_PAST, reactions, at, until)
            moved += len(passed) * (until - at) if passed else 0
        for reaction in concerned:
            async with connection.transaction():
                moved += await Follower(connection, reaction).step(is_due=late[reaction.name]["is_due"])
        return moved

    async def _sequence(self, connection: asyncpg.Connection) -> int:
        async with connection.transaction():
            # Lock first: the next statement's snapshot then holds all that committed before (READ COMMITTED).
            head = await connection.fetchval(LOCK_HEAD)
            if head is None:
                return 0
            moved: int = await connection.fetchval(MOVE, BATCH, head)
        return moved
