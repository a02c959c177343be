"""List what happened, newest first."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from app.application.events.views import EventLine, EventReader
from app.application.registry import Query, query
from app.core.result import Result, Success


class ListEvents(Query[Sequence[EventLine]]):
    limit: Annotated[int, Meta(ge=1, le=100_000)]
    name: str | None = None
    user_id: UUID | None = None


@query(ListEvents)
class ListEventsHandler:
    events: EventReader

    async def __call__(self, message: ListEvents) -> Result[Sequence[EventLine]]:
        return Success(await self.events.events(message.limit, message.name, message.user_id))
