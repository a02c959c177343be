"""Recording what happened."""

from typing import Protocol


class EventLog(Protocol):
    """The log of one request; every entry is stamped with who acts."""

    async def append(self, event: object) -> None:
        """Write with the change: it commits with the open unit of work or not at all."""

    async def append_now(self, event: object) -> None:
        """Write in a transaction of its own, so that it outlives a rollback."""

    def holds(self, kind: type) -> bool:
        """Whether the open unit of work has an event of this kind."""


class LogWaker(Protocol):
    """Tells who follows the log, in this process and others, that there is more. Best effort: followers also poll."""

    async def wake(self) -> None: ...

    async def wait(self, seconds: float) -> None:
        """Return when woken, or after that time."""
