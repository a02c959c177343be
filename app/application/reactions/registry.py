"""Reactions to events: each follows the log on its own, in order per user, and is retried until it succeeds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.core.ids import UserId
from app.domain.events.registry import EventMetadata
from app.domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEvent:
    """An event with its place in the log; what was erased since is empty in it."""

    position: int
    id: UUID
    user_id: UserId | None
    occurred_at: datetime
    meta: EventMetadata
    event: object
    actor: Actor


class Reaction(Protocol):
    """Something that follows from events, outside the database."""

    @property
    def name(self) -> str:
        """Under which its place in the log is kept."""

    def wants(self, meta: EventMetadata) -> bool:
        """Whether events of this kind concern it."""

    async def handle(self, logged: LoggedEvent) -> None:
        """Do what follows. Raising means not done: it is called again later, so doing it twice must be harmless."""
