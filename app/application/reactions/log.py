"""Every event is a line in the log, with nothing in it that is personal."""

import logging
from dataclasses import dataclass

from app.application.audit.recording import shown
from app.application.reactions.registry import LoggedEvent
from app.domain.events.registry import EventMetadata

log = logging.getLogger("app.events")


@dataclass(frozen=True, slots=True)
class LogReaction:
    name: str = "log"

    def wants(self, meta: EventMetadata) -> bool:
        return self.name in meta.reactions

    async def handle(self, logged: LoggedEvent) -> None:
        about = {"position": logged.position, "user_id": str(logged.user_id), "event_trace_id": logged.actor.trace_id}
        log.info(logged.meta.name, extra=about | {"facts": shown(logged)})
