"""Give a user a role; it counts on the next request."""

from dataclasses import replace

from app.application.fields import EmailText
from app.application.identity.errors import EmailUnknown
from app.application.registry import Command, command
from app.application.services.known_users import KnownUsers
from app.application.services.session_ender import SessionEnder
from app.core.clock import Clock
from app.core.result import Failure, Result, Success
from app.domain.events.administration import RoleAssignmentSucceeded
from app.domain.identity.user import Role
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import UserRepository
from app.domain.protocols.sessions import SessionRepository


class AssignRole(Command[None]):
    email: EmailText
    role: Role


@command(AssignRole, workflow=RoleAssignmentSucceeded)
class AssignRoleHandler:
    known: KnownUsers
    users: UserRepository
    sessions: SessionRepository
    ender: SessionEnder
    events: EventLog
    clock: Clock

    async def __call__(self, message: AssignRole) -> Result[None]:
        user = await self.known.hold(message.email)
        if user is None:
            return Failure(EmailUnknown())
        now = self.clock.now()
        await self.users.set_access(replace(user, roles=(message.role,)), now)
        live = tuple(session.id for session in await self.sessions.live(user.id, now))
        await self.ender.forget(user.id, live)
        await self.events.append(RoleAssignmentSucceeded(user_id=user.id, role=message.role, session_ids=live))
        return Success(None)
