"""The event log and the unit of work in memory."""

import asyncio
from collections.abc import Sequence


class FakeEventLog:
    """Implements `EventLog`: `durable` is what outlives the test's unit of work, in order."""

    def __init__(self) -> None:
        self.durable: list[object] = []
        self.pending: list[object] = []

    async def append(self, event: object) -> None:
        self.pending.append(event)

    async def append_now(self, event: object) -> None:
        self.durable.append(event)

    def holds(self, kind: type) -> bool:
        return any(isinstance(event, kind) for event in self.pending)


class LostRaceError(Exception):
    """What a database raises when it gives way."""


class FakeUnitOfWork:
    """Implements `UnitOfWork` over a log; counts how it ended."""

    def __init__(self, events: FakeEventLog, refusals: Sequence[Exception] = ()) -> None:
        self.commits = 0
        self.rollbacks = 0
        self.settled: list[object] = []
        self.is_unchanged = True
        self._events = events
        self._refusals = list(refusals)

    async def settle(self, value: object) -> bool:
        self.settled.append(value)
        return self.is_unchanged

    async def commit(self) -> None:
        if self._refusals:
            raise self._refusals.pop(0)
        self.commits += 1
        self._events.durable += self._events.pending
        self._events.pending.clear()

    async def rollback(self) -> None:
        self.rollbacks += 1
        self._events.pending.clear()

    def lost_race(self, error: Exception) -> bool:
        return isinstance(error, LostRaceError)


class FakeLogWaker:
    """Implements `LogWaker`; counts the calls."""

    def __init__(self) -> None:
        self.woken = 0

    async def wake(self) -> None:
        self.woken += 1

    async def wait(self, seconds: float) -> bool:
        await asyncio.sleep(min(seconds, 0.01))
        return False
