"""Mail that follows from events. Secrets are derived here, when the mail is written; the log holds none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.application.reactions.registry import LoggedEvent
from app.domain.events.identity import UserRegistrationSucceeded
from app.domain.events.registry import EventMetadata
from app.domain.protocols.identity import MailTokens
from app.domain.protocols.mail import Mail, Mailer


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail says, before it has an envelope."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Writing:
    """What the writers of letters need."""

    public_url: str
    secrets: MailTokens


LETTERS: dict[type, Callable[[Any, Writing], Letter]] = {}


def letter[E](event: type[E]) -> Callable[[Callable[[E, Writing], Letter]], Callable[[E, Writing], Letter]]:
    """Register the writer of the mail that an event sends."""

    def register(write: Callable[[E, Writing], Letter]) -> Callable[[E, Writing], Letter]:
        LETTERS[event] = write
        return write

    return register


@dataclass(frozen=True, slots=True)
class EmailReaction:
    """Sends the mail of every event that declares one."""

    mailer: Mailer
    writing: Writing
    name: str = "email"

    def wants(self, meta: EventMetadata) -> bool:
        return meta.email

    async def handle(self, logged: LoggedEvent) -> None:
        written = LETTERS[type(logged.event)](logged.event, self.writing)
        mail = Mail(id=f"{logged.id}@dashtam", to=written.to, subject=written.subject, text=written.text)
        await self.mailer.send(mail)


@letter(UserRegistrationSucceeded)
def verification(event: UserRegistrationSucceeded, writing: Writing) -> Letter:
    token = writing.secrets.secret(event.token_id)
    text = (
        "Welcome to Dashtam.\n\n"
        "Prove that this address is yours with this token, which works once and for a day:\n\n"
        f"    {token}\n\n"
        f'Send it as {{"token": "..."}} in a POST to {writing.public_url}/api/v1/email-verifications.\n\n'
        "If you did not register, ignore this mail: nothing happens without the token.\n"
    )
    return Letter(to=event.email, subject="Verify your e-mail address", text=text)
