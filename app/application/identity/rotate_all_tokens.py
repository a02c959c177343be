"""Ask everybody for newer tokens; older ones may be exchanged for a grace period."""

from app.application.fields import Count, Line
from app.application.identity.policy import IdentityPolicy
from app.application.registry import Command, Immutable, command
from app.core.clock import Clock
from app.core.result import Result, Success
from app.domain.events.sessions import GlobalTokenRotationSucceeded
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import TokenVersions


class Rotation(Immutable):
    version: Count
    grace_seconds: Count


class RotateAllTokens(Command[Rotation]):
    reason: Line


@command(RotateAllTokens, workflow=GlobalTokenRotationSucceeded)
class RotateAllTokensHandler:
    versions: TokenVersions
    events: EventLog
    clock: Clock
    policy: IdentityPolicy

    async def __call__(self, message: RotateAllTokens) -> Result[Rotation]:
        grace = self.policy.rotation_grace_seconds
        version = await self.versions.rotate_all(message.reason, self.clock.now(), grace)
        await self.events.append(GlobalTokenRotationSucceeded(version=version))
        return Success(Rotation(version=version, grace_seconds=grace))
