"""Change what somebody may: roles, tier, whether they may log in. It counts on their next request."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from app.application.registry import Command, Immutable, command
from app.application.services.session_ender import SessionEnder
from app.core.clock import Clock
from app.core.errors import Conflict, NotFound
from app.core.ids import SessionId, UserId
from app.core.result import Failure, Result, Success
from app.domain.events.administration import UserUpdateSucceeded
from app.domain.identity.session import EndReason, Tier
from app.domain.identity.user import Role, User
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import LoginFailureRepository, UserRepository
from app.domain.protocols.sessions import SessionRepository


class LastAdmin(Conflict):
    """Somebody must remain who may administer."""


class UserChanges(Immutable):
    """A field left out stays as it is."""

    roles: Annotated[frozenset[Role], Meta(min_length=1, description="The highest of them counts.")] | UnsetType = UNSET
    tier: Annotated[Tier, Meta(description="How many sessions at once.")] | UnsetType = UNSET
    is_active: Annotated[bool, Meta(description="False ends every session and keeps the person out.")] | UnsetType = (
        UNSET
    )
    unlock: Annotated[bool, Meta(description="True forgets wrong passwords, so that logging in works again.")] = False

    def of(self, user: User) -> User:
        """The user as they shall be."""
        given: dict[str, Any] = {
            "roles": tuple(sorted(self.roles)) if self.roles else UNSET,
            "tier": self.tier,
            "is_active": self.is_active,
        }
        return replace(user, **{name: value for name, value in given.items() if value is not UNSET})


class UpdateRegisteredUser(Command[None]):
    user_id: UserId
    changes: UserChanges


@command(UpdateRegisteredUser, workflow=UserUpdateSucceeded)
class UpdateRegisteredUserHandler:
    users: UserRepository
    failures: LoginFailureRepository
    sessions: SessionRepository
    ender: SessionEnder
    events: EventLog
    clock: Clock

    async def __call__(self, message: UpdateRegisteredUser) -> Result[None]:
        user = await self.users.hold(message.user_id)
        if user is None:
            return Failure(NotFound())
        changed, now = message.changes.of(user), self.clock.now()
        await self.users.set_access(changed, now)
        if user.is_admin and not changed.is_admin and not await self.users.any_admin():
            return Failure(LastAdmin(detail="Make somebody else an administrator first."))
        if message.changes.unlock:
            await self.failures.clear(user.email)
        said = UserUpdateSucceeded(
            user_id=user.id,
            roles=changed.roles,
            tier=changed.tier,
            is_active=changed.is_active,
            is_unlocked=message.changes.unlock,
            session_ids=await self._touched(changed, now),
        )
        await self.events.append(said)
        return Success(None)

    async def _touched(self, user: User, now: datetime) -> tuple[SessionId, ...]:
        """The sessions that end, or of which the roles that are remembered must be forgotten."""
        if not user.is_active:
            return await self.ender.end_all(user.id, EndReason.USER_DISABLED, now)
        live = tuple(session.id for session in await self.sessions.live(user.id, now))
        await self.ender.forget(user.id, live)
        return live
