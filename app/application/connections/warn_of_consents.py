"""Tell people by mail before a consent ends that only they can renew."""

from app.application.registry import Command, command
from app.core.clock import Clock
from app.core.result import Result, Success
from app.domain.connections.connection import WARNED_BEFORE
from app.domain.events.connections import ConsentEndingOccurred
from app.domain.protocols.connections import ConnectionRepository
from app.domain.protocols.events import EventLog


class WarnOfConsents(Command[int]):
    pass


@command(WarnOfConsents, workflow=None)
class WarnOfConsentsHandler:
    connections: ConnectionRepository
    events: EventLog
    clock: Clock

    async def __call__(self, _: WarnOfConsents) -> Result[int]:
        ending = await self.connections.warn(self.clock.now() + WARNED_BEFORE)
        for connection, email in ending:
            if connection.consent_expires_at:
                told = ConsentEndingOccurred(
                    user_id=connection.user_id,
                    email=email,
                    connection_id=connection.id,
                    provider_slug=connection.provider_slug,
                    ends_at=connection.consent_expires_at,
                )
                await self.events.append(told)
        return Success(len(ending))
