"""A mail as it goes over the wire: text and HTML of the same words, with headers that cannot be forged by them."""

import textwrap
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.domain.protocols.mail import Mail

LINE_LENGTH = 72

HTML = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
).get_template("letter.html")


def composed(mail: Mail, sender: str) -> EmailMessage:
    """The message; a value that breaks out of its header raises `ValueError`.

    An address whose name is not ASCII needs headers in UTF-8 (RFC 6532), hence a server that takes them.
    """
    message = EmailMessage(policy=SMTP if mail.to.isascii() else SMTPUTF8)
    message["From"] = sender
    message["To"] = addressee(mail)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{mail.id}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
    message.set_content(text(mail))
    message.add_alternative(HTML.render(mail=mail), subtype="html")
    return message


def addressee(mail: Mail) -> Address:
    """The one recipient, quoted where its name has a comma or the like, which would make it two."""
    name, _, host = mail.to.rpartition("@")
    return Address(username=name, domain=host)


def text(mail: Mail) -> str:
    paragraphs = [
        textwrap.fill(paragraph, LINE_LENGTH, break_long_words=False, break_on_hyphens=False)
        for paragraph in mail.paragraphs
    ]
    if mail.link:
        paragraphs.append(f"{mail.link.label}:\n{mail.link.url}")
    return "\n\n".join(paragraphs) + "\n"
