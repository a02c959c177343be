"""Send a mail that lets its reader choose a new password; the answer never tells whether the address is known."""

from app.application.fields import EmailText
from app.application.identity.views import MailRequested
from app.application.registry import Command, command
from app.application.services.mail_requests import MailRequests
from app.core.clock import Clock
from app.core.result import Result, Success
from app.domain.events.identity import PasswordResetRequestSucceeded
from app.domain.identity.session import MailTokenKind
from app.domain.protocols.events import EventLog


class RequestPasswordReset(Command[MailRequested]):
    email: EmailText


@command(RequestPasswordReset, workflow=PasswordResetRequestSucceeded)
class RequestPasswordResetHandler:
    requests: MailRequests
    events: EventLog
    clock: Clock

    async def __call__(self, message: RequestPasswordReset) -> Result[MailRequested]:
        user_id, email, token_id = await self.requests.token(MailTokenKind.RESET, message.email, self.clock.now())
        outcome = PasswordResetRequestSucceeded(user_id=user_id, email=email, token_id=token_id)
        await self.events.append(outcome)
        return Success(MailRequested(email=message.email))
