"""Ask one user for newer tokens; older ones may be exchanged for a grace period."""

from app.application.fields import EmailText, Line
from app.application.identity.errors import EmailUnknown
from app.application.identity.policy import IdentityPolicy
from app.application.identity.rotate_all_tokens import Rotation
from app.application.registry import Command, command
from app.application.services.known_users import KnownUsers
from app.core.clock import Clock
from app.core.result import Failure, Result, Success
from app.domain.events.sessions import UserTokenRotationSucceeded
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import TokenVersions


class RotateUserTokens(Command[Rotation]):
    email: EmailText
    reason: Line


@command(RotateUserTokens, workflow=UserTokenRotationSucceeded)
class RotateUserTokensHandler:
    known: KnownUsers
    versions: TokenVersions
    events: EventLog
    clock: Clock
    policy: IdentityPolicy

    async def __call__(self, message: RotateUserTokens) -> Result[Rotation]:
        user = await self.known.hold(message.email)
        if user is None:
            return Failure(EmailUnknown())
        grace = self.policy.rotation_grace_seconds
        version = await self.versions.rotate(user.id, self.clock.now(), grace)
        await self.events.append(UserTokenRotationSucceeded(user_id=user.id, version=version))
        return Success(Rotation(version=version, grace_seconds=grace))
