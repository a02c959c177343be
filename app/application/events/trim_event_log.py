"""Forget events that are old and handled. Their audit records stay, with the personal data those speak of."""

from datetime import timedelta

from app.application.events.policy import EventPolicy
from app.application.registry import Command, command
from app.core.clock import Clock
from app.core.result import Result, Success
from app.domain.protocols.events import EventLogTrimmer


class TrimEventLog(Command[int]):
    """Answers how many."""


@command(TrimEventLog, workflow=None)
class TrimEventLogHandler:
    log: EventLogTrimmer
    policy: EventPolicy
    clock: Clock

    async def __call__(self, _: TrimEventLog) -> Result[int]:
        return Success(await self.log.trim(self.clock.now() - timedelta(days=self.policy.retention_days)))
