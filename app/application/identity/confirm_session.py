"""Give the password again, for what needs more than an open session."""

from datetime import timedelta

from app.application.fields import Instant, PasswordText
from app.application.identity.policy import IdentityPolicy
from app.application.registry import Command, Immutable, command
from app.application.services.password_check import PasswordCheck
from app.core.clock import Clock
from app.core.errors import NotFound
from app.core.result import Failure, Result, Success
from app.domain.events.sessions import SessionConfirmationSucceeded
from app.domain.identity.actor import Actor
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import CredentialReader
from app.domain.protocols.sessions import SessionRepository


class Confirmation(Immutable):
    confirmed_until: Instant


class ConfirmSession(Command[Confirmation]):
    password: PasswordText


@command(ConfirmSession, workflow=SessionConfirmationSucceeded)
class ConfirmSessionHandler:
    credentials: CredentialReader
    sessions: SessionRepository
    password_check: PasswordCheck
    events: EventLog
    actor: Actor
    clock: Clock
    policy: IdentityPolicy

    async def __call__(self, message: ConfirmSession) -> Result[Confirmation]:
        now = self.clock.now()
        user = await self.credentials.by_id(self.actor.person)
        if user is None:
            return Failure(NotFound())
        checked = await self.password_check.check(user.email, message.password, user, now)
        if isinstance(checked, Failure):
            return checked
        until = now + timedelta(seconds=self.policy.confirmation_seconds)
        await self.sessions.confirm(self.actor.session, until)
        await self.events.append(SessionConfirmationSucceeded(user_id=user.id, session_id=self.actor.session))
        return Success(Confirmation(confirmed_until=until))
