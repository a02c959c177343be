"""The relay: moves committed events from the outbox into the log, and runs the reactions that follow.

Promises: positions are gapless and visible in order; one process at a time sequences (it holds the head row's lock)
and any process may take over; each reaction follows the log as `following` promises. Costs two idle queries each half
second and wake-up in each process; a wake-up makes it prompt, and work that only the polling found is counted and told.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import NewType

import asyncpg

from app.application.reactions.registry import Reaction
from app.domain.protocols.events import LogWaker
from app.infrastructure.postgres.following import ATTEMPTS_MAX, BATCH, DatabaseReaction, Follower

POLL_SECONDS = 0.5
FAULT_PAUSE_SECONDS = 1.0

log = logging.getLogger(__name__)

IS_WAITING = "select exists (select from outbox)"
# A process that comes too late finds that nothing is left to do here, and opens no transaction to learn it.
BEHIND = """
    select reaction from reaction_cursors as place where reaction = any($1) and (
        position < (select position from log_head)
        or exists (select from parked_events where reaction = place.reaction and next_at <= now() and attempts < $2)
    )
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
        returning 1
    )
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
            moved = await self._sequence(connection) if await connection.fetchval(IS_WAITING) else 0
            behind = {row["reaction"] for row in await connection.fetch(BEHIND, self._names, ATTEMPTS_MAX)}
            for reaction in self._reactions:
                if reaction.name in behind:
                    async with connection.transaction():
                        moved += await Follower(connection, reaction).step()
        return moved

    async def lag_seconds(self) -> float:
        """How long the oldest event waits that some reaction of this process has not come to; parked ones aside."""
        waiting: float = await self._pool.fetchval(LAG, self._names)
        return max(waiting, 0.0)

    @property
    def _names(self) -> list[str]:
        return [reaction.name for reaction in self._reactions]

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
