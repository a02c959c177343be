"""Mail."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message; `id` is stable, so that a mail sent twice is recognised as one."""

    id: str
    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """Sends mail, at least once."""

    async def send(self, mail: Mail) -> None:
        """Hand the message over; returning means that it will arrive or come back."""
