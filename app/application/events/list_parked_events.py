"""List the events that a reaction could not handle yet, oldest first."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta

from app.application.events.views import EventReader, ParkedLine
from app.application.registry import Query, query
from app.core.result import Result, Success


class ListParkedEvents(Query[Sequence[ParkedLine]]):
    limit: Annotated[int, Meta(ge=1, le=100_000)]
    reaction: str | None = None


@query(ListParkedEvents)
class ListParkedEventsHandler:
    events: EventReader

    async def __call__(self, message: ListParkedEvents) -> Result[Sequence[ParkedLine]]:
        return Success(await self.events.parked(message.limit, message.reaction))
