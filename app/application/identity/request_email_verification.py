"""Send the verification mail again; the answer never tells whether the address is known."""

from app.application.fields import EmailText
from app.application.identity.views import MailRequested
from app.application.registry import Command, command
from app.application.services.mail_requests import MailRequests
from app.core.clock import Clock
from app.core.result import Result, Success
from app.domain.events.identity import EmailVerificationRequestSucceeded
from app.domain.identity.session import MailTokenKind
from app.domain.protocols.events import EventLog


class RequestEmailVerification(Command[MailRequested]):
    email: EmailText


@command(RequestEmailVerification, workflow=EmailVerificationRequestSucceeded)
class RequestEmailVerificationHandler:
    requests: MailRequests
    events: EventLog
    clock: Clock

    async def __call__(self, message: RequestEmailVerification) -> Result[MailRequested]:
        now = self.clock.now()
        user_id, email, token_id = await self.requests.token(MailTokenKind.VERIFICATION, message.email, now)
        outcome = EmailVerificationRequestSucceeded(user_id=user_id, email=email, token_id=token_id)
        await self.events.append(outcome)
        return Success(MailRequested(email=message.email))
