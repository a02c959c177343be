"""Delete oneself and all that is one's own; the event log keeps what happened, without personal data."""

from app.application.identity.errors import ConfirmationRequired
from app.application.registry import Command, command
from app.application.services.session_ender import SessionEnder
from app.core.clock import Clock
from app.core.result import Failure, Result, Success
from app.domain.events.identity import AccountDeletionSucceeded
from app.domain.identity.actor import Actor
from app.domain.identity.session import EndReason
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import UserRepository
from app.domain.protocols.sessions import SessionRepository


class DeleteAccount(Command[None]):
    pass


@command(DeleteAccount, workflow=AccountDeletionSucceeded)
class DeleteAccountHandler:
    users: UserRepository
    sessions: SessionRepository
    ender: SessionEnder
    events: EventLog
    actor: Actor
    clock: Clock

    async def __call__(self, _: DeleteAccount) -> Result[None]:
        now = self.clock.now()
        await self.users.hold(self.actor.person)
        session = await self.sessions.get(self.actor.session)
        if session is None or session.confirmed_until is None or session.confirmed_until < now:
            return Failure(ConfirmationRequired(detail="POST your password to /sessions/current/confirmations."))
        ended = await self.ender.end_all(self.actor.person, EndReason.LOGOUT, now)
        await self.events.append(AccountDeletionSucceeded(user_id=self.actor.person, session_ids=ended))
        await self.users.delete(self.actor.person)
        return Success(None)
