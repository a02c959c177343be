"""Delete authorizations that nobody brought back in time."""

from app.application.registry import Command, command
from app.core.clock import Clock
from app.core.result import Result, Success
from app.domain.protocols.connections import AuthorizationRepository


class PurgeAuthorizations(Command[int]):
    pass


@command(PurgeAuthorizations, workflow=None)
class PurgeAuthorizationsHandler:
    authorizations: AuthorizationRepository
    clock: Clock

    async def __call__(self, _: PurgeAuthorizations) -> Result[int]:
        return Success(await self.authorizations.purge(self.clock.now()))
