"""Redis as every request asks it: for an answer within moments, or none.

Requests that ask at the same time share one connection and one round trip. After a fault Redis is left alone for a
second, so that a time-out is paid once; whoever asks knows how to do without. What Redis must be told is sent also
then, but hardly waited for.
"""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import NoScriptError, ResponseError

# Where the process itself was held up, an answer may lie in the socket already: it gets this many turns to arrive.
GRACE_TURNS = 25
PAUSE_SECONDS = 1.0
PATIENCE_WHILE_AWAY = 0.1  # of the usual time

log = logging.getLogger(__name__)

type Question = tuple[Sequence[str], Sequence[str | float], asyncio.Future[list[Any] | None]]


class GuardedRedis:
    """Runs the one script that every request needs."""

    def __init__(self, redis: Redis, answer_seconds_max: float) -> None:
        self._redis = redis
        self._script: AsyncScript = redis.register_script(Path(__file__).with_name("bucket.lua").read_text("utf-8"))
        self._answer_seconds_max = answer_seconds_max
        self._waiting: list[Question] = []
        self._asking: asyncio.Task[None] | None = None
        self._told: set[asyncio.Future[object]] = set()
        self._resume_at = 0.0
        self._failed_at = -math.inf

    def failed_within(self, seconds: float) -> bool:
        """Whether something went wrong of late: then what Redis remembers may be older than what it was told."""
        return time.monotonic() < self._failed_at + seconds

    @property
    def is_away(self) -> bool:
        """Whether it is left alone just now, after a fault."""
        return time.monotonic() < self._resume_at

    async def ask(self, keys: Sequence[str], args: Sequence[str | float]) -> list[Any] | None:
        """What the script answers; None while Redis is away."""
        if self.is_away:
            return None
        answer: asyncio.Future[list[Any] | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((keys, args, answer))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_all(), name="rate-limits")
        return await answer

    async def ask_frankly(self, keys: Sequence[str], args: Sequence[str | float]) -> list[Any]:
        """What the script answers, or whatever exception says why not."""
        answer: list[Any] = await self._script(keys=keys, args=args)
        return answer

    async def tell(self, command: Awaitable[object]) -> BaseException | None:
        """Have something done; answer why it may not have been. What is late goes on until it is done or fails."""
        trip = asyncio.ensure_future(command)
        self._told.add(trip)
        trip.add_done_callback(self._forget)
        fault = await self._fault(trip, self._answer_seconds_max * (PATIENCE_WHILE_AWAY if self.is_away else 1))
        if fault and not isinstance(fault, ResponseError):  # a server that refuses something is there
            self._pause(fault)
        return fault

    def _forget(self, trip: asyncio.Future[object]) -> None:
        self._told.discard(trip)
        if not trip.cancelled():
            trip.exception()  # else asyncio would complain that nobody asked

    async def _ask_all(self) -> None:
        """Ask for all who wait, until nobody does."""
        while self._waiting:
            asked, self._waiting = self._waiting, []
            answers = await self._in_time(asked)
            if answers is None:  # who came meanwhile would wait as long for nothing
                asked += self._waiting
                self._waiting = []
            for number, (_, _, answer) in enumerate(asked):
                if not answer.done():  # a cancelled request waits no more
                    answer.set_result(answers[number] if answers else None)
        self._asking = None

    async def _in_time(self, asked: Sequence[Question]) -> list[list[Any]] | None:
        trip = asyncio.ensure_future(self._trip(asked))
        fault = await self._fault(trip, self._answer_seconds_max)
        if fault is None:
            return trip.result()
        trip.cancel()  # which closes its connection, if it is still under way
        self._pause(fault)
        return None

    def _pause(self, fault: BaseException) -> None:
        if not self.is_away:
            log.warning("Redis does not serve: %r; requests go on without it", fault)
        self._resume_at = time.monotonic() + PAUSE_SECONDS

    async def _fault(self, trip: asyncio.Future[Any], seconds_max: float) -> BaseException | None:
        """Wait for an answer; answer what went wrong, if anything did."""
        await asyncio.wait({trip}, timeout=seconds_max)
        for _ in range(GRACE_TURNS):
            if trip.done():
                break
            await asyncio.sleep(0)
        fault = trip.exception() if trip.done() else TimeoutError(f"no answer within {seconds_max} s")
        if fault:
            self._failed_at = time.monotonic()
        return fault

    async def _trip(self, asked: Sequence[Question]) -> list[list[Any]]:
        if len(asked) == 1:
            return [await self.ask_frankly(*asked[0][:2])]
        async with self._redis.pipeline(transaction=False) as pipe:
            for keys, args, _ in asked:
                pipe.evalsha(self._script.sha, len(keys), *keys, *args)
            try:
                answers: list[list[Any]] = await pipe.execute()
            except NoScriptError:  # Redis was restarted or flushed; none of them ran
                await self._redis.script_load(self._script.script)
                return await self._trip(asked)
        return answers
