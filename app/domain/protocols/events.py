"""Recording what happened."""

from datetime import datetime
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

    async def wait(self, seconds: float) -> bool:
        """Return when woken, or after that time; answer whether woken."""


class ParkedEvents(Protocol):
    """Events that a reaction could not handle yet."""

    async def retry(self, reaction: str | None, position: int | None, at: datetime) -> int:
        """Let them be tried again from `at` on, as if for the first time; None means all. Answer how many."""


class EventLogTrimmer(Protocol):
    """Ends what the log no longer needs to remember."""

    async def trim(self, before: datetime) -> int:
        """Delete older events that every reaction has handled; answer how many. Their audit records stay."""
