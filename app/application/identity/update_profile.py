"""Change one's own profile."""

from msgspec import UNSET, UnsetType

from app.application.fields import NameText
from app.application.identity.views import UserView
from app.application.registry import Command, command
from app.core.clock import Clock
from app.core.errors import NotFound
from app.core.result import Failure, Result, Success
from app.domain.events.identity import ProfileUpdateSucceeded
from app.domain.identity.actor import Actor
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import UserRepository


class UpdateProfile(Command[UserView]):
    """A field left out stays as it is; null clears it."""

    name: NameText | UnsetType | None = UNSET


@command(UpdateProfile, workflow=ProfileUpdateSucceeded)
class UpdateProfileHandler:
    users: UserRepository
    events: EventLog
    actor: Actor
    clock: Clock

    async def __call__(self, message: UpdateProfile) -> Result[UserView]:
        if message.name is not UNSET:
            await self.users.rename(self.actor.person, message.name, self.clock.now())
        user = await self.users.hold(self.actor.person)
        if user is None:
            return Failure(NotFound())
        await self.events.append(ProfileUpdateSucceeded(user_id=user.id))
        return Success(UserView.of(user))
