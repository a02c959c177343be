"""What operators see of the event log."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from app.application.registry import Immutable


class EventLine(Immutable):
    """An event in the log; what is personal in it is not shown."""

    position: int
    occurred_at: datetime
    name: str
    user_id: UUID | None
    facts: dict[str, Any]


class ParkedLine(Immutable):
    """An event that a reaction could not handle yet, or one of the same user behind it."""

    reaction: str
    position: int
    name: str
    user_id: UUID | None
    attempts: int
    next_at: datetime
    error: str


class EventReader(Protocol):
    """Reads the log for operators."""

    async def events(self, limit: int, name: str | None, user_id: UUID | None) -> Sequence[EventLine]:
        """The newest first."""

    async def parked(self, limit: int, reaction: str | None) -> Sequence[ParkedLine]:
        """The oldest first."""
