"""Changing several things or nothing."""

from typing import Protocol


class UnitOfWork(Protocol):
    """The one transaction of a command. Only the dispatcher ends it."""

    async def settle(self, value: object) -> bool:
        """Meet the caller's terms before the commit: keep the answer; False where the thing changed since read."""

    async def commit(self) -> None:
        """Make the changes and their events durable, then wake who follows the log."""

    async def rollback(self) -> None:
        """Undo everything since the last commit."""

    def lost_race(self, error: Exception) -> bool:
        """Whether the database gave way to another transaction, so that running the command again may succeed."""
