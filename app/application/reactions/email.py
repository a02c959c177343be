"""Mail that follows from events. Secrets are derived here, when the mail is written; the log holds none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.application.identity.policy import IdentityPolicy
from app.application.reactions.registry import LoggedEvent
from app.domain.events.registry import EventMetadata
from app.domain.protocols.identity import MailSecrets
from app.domain.protocols.mail import Link, Mail, Mailer


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, before it has an envelope."""

    to: str
    subject: str
    paragraphs: tuple[str, ...]
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Writing:
    """What the writers of letters need."""

    public_url: str
    secrets: MailSecrets
    policy: IdentityPolicy


LETTERS: dict[type, Callable[[Any, Writing], Letter | None]] = {}


type Writer[E] = Callable[[E, Writing], Letter | None]


def letter[E](event: type[E]) -> Callable[[Writer[E]], Writer[E]]:
    """Register the writer of the mail that an event sends; it answers None where nothing is to be said."""

    def register(write: Writer[E]) -> Writer[E]:
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
        return self.name in meta.reactions

    async def handle(self, logged: LoggedEvent) -> None:
        written = LETTERS[type(logged.event)](logged.event, self.writing)
        if written and written.to:  # nothing is left to send, or to whom, when the person's data was erased
            await self.mailer.send(enveloped(f"{logged.id}@dashtam", written))


def enveloped(mail_id: str, letter: Letter) -> Mail:
    return Mail(id=mail_id, to=letter.to, subject=letter.subject, paragraphs=letter.paragraphs, link=letter.link)
