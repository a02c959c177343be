"""Note that a request was refused by policy; who asked is the actor."""

from app.application.registry import Command, command
from app.core.result import Result, Success
from app.domain.events.access import AccessDenialOccurred, RateLimitDenialOccurred
from app.domain.protocols.events import EventLog


class RecordDenial(Command[None]):
    """`policy` is the rate limit that was exceeded; None where the role was not enough."""

    operation: str
    policy: str | None


@command(RecordDenial, workflow=None)
class RecordDenialHandler:
    events: EventLog

    async def __call__(self, message: RecordDenial) -> Result[None]:
        if message.policy:
            await self.events.append(RateLimitDenialOccurred(operation=message.operation, policy=message.policy))
        else:
            await self.events.append(AccessDenialOccurred(operation=message.operation))
        return Success(None)
