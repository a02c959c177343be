"""What lies in the outbox, as the reader of the mail sees it."""

import email
import email.policy
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.waiting import until


@dataclass(frozen=True, slots=True)
class Received:
    to: str
    subject: str
    text: str


async def mailed_path(outbox: Path, address: str, page: str, count: int = 1) -> str:
    """The path of the newest link to that page in the mail to that address, as soon as so many have arrived."""

    async def enough() -> bool:
        return len(links(outbox, address, page)) >= count

    await until(enough, f"{count} mails to {address} that lead to {page}")
    return links(outbox, address, page)[-1]


def links(outbox: Path, address: str, page: str) -> list[str]:
    pattern = rf"https?://[^/\s]+({re.escape(page)}/[0-9a-f]{{64}})\b"
    return [link for mail in mails(outbox, address) for link in re.findall(pattern, mail.text)]


def mails(outbox: Path, address: str) -> list[Received]:
    """The mails to that address, oldest first."""
    return [mail for mail in map(opened, sorted(outbox.glob("*.eml"))) if mail.to == address]


@cache
def opened(file: Path) -> Received:
    """Read once: a mail does not change."""
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    body = mail.get_body(("plain",))
    assert body is not None, file
    return Received(str(mail["To"]), str(mail["Subject"]), str(body.get_content()))
