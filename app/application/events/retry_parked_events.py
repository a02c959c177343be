"""Let parked events be tried again at once, also those that were given up."""

from typing import Annotated

from msgspec import Meta

from app.application.registry import Command, command
from app.core.clock import Clock
from app.core.errors import NotFound
from app.core.result import Failure, Result, Success
from app.domain.events.administration import EventRetrySucceeded
from app.domain.protocols.events import EventLog, ParkedEvents


class NothingParked(NotFound):
    """No such event is parked."""


class RetryParkedEvents(Command[int]):
    """Answers how many; without a reaction or position all of them."""

    reaction: str | None = None
    position: Annotated[int, Meta(ge=1)] | None = None


@command(RetryParkedEvents, workflow=EventRetrySucceeded)
class RetryParkedEventsHandler:
    parked: ParkedEvents
    events: EventLog
    clock: Clock

    async def __call__(self, message: RetryParkedEvents) -> Result[int]:
        count = await self.parked.retry(message.reaction, message.position, self.clock.now())
        if not count:
            return Failure(NothingParked(detail="`litestar events parked` lists those that are."))
        await self.events.append(EventRetrySucceeded(count=count))
        return Success(count)
