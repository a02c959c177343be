"""After a change of sessions committed, every process forgets what it remembered of them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from app.application.reactions.registry import LoggedEvent
from app.core.clock import Clock
from app.domain.events.registry import EventMetadata
from app.domain.protocols.sessions import SessionGate

# What is remembered ends by itself within half a minute: later there is nothing left to forget.
MATTERS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SessionReaction:
    """Repeats what was done before the commit, in case it was lost since; tries again while Redis is away."""

    name = "session"
    gate: SessionGate
    clock: Clock

    def wants(self, meta: EventMetadata) -> bool:
        return self.name in meta.reactions

    async def handle(self, logged: LoggedEvent) -> None:
        if self.clock.now() - logged.occurred_at < MATTERS:
            ended = cast(Any, logged.event)
            await self.gate.forget(ended.user_id, ended.session_ids)
