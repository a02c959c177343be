"""Mail."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Link:
    """A page to open, under the words that say what for."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message in plain words; `id` is stable, so that a mail sent twice is recognised as one."""

    id: str
    to: str
    subject: str
    paragraphs: tuple[str, ...]
    link: Link | None = None


class Mailer(Protocol):
    """Sends mail, at least once."""

    async def send(self, mail: Mail) -> None:
        """Hand the message over; returning means that it will arrive or come back.

        Raises whatever stands in the way, a refused recipient as well: the relay tries again, then leaves it parked.
        """
