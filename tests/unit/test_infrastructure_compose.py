import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage

import pytest

from app.domain.protocols.mail import Link, Mail
from app.infrastructure.email.compose import composed

SENDER = "Dashtam <no-reply@money.example>"
HOSTILE = '</p><script>alert("x")</script> & {{ 7 * 7 }}'
MAIL = Mail(
    id="1@dashtam",
    to="ada@example.com",
    subject="Hello",
    paragraphs=("Good morning.", "a long line " * 20),
    link=Link("Verify", f"https://money.example/verify-email/{'ab' * 32}"),
)


def received(mail: Mail) -> EmailMessage:
    """The mail as its reader's program parses it."""
    return email.message_from_bytes(composed(mail, SENDER).as_bytes(), policy=email.policy.default)


def body(mail: Mail, kind: str) -> str:
    part = received(mail).get_body((kind,))
    assert part
    return str(part.get_content())


def test_text_comes_before_html() -> None:
    message = received(MAIL)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_the_headers_say_who_and_that_a_machine_wrote() -> None:
    message = received(MAIL)
    assert (message["From"], message["To"], message["Subject"]) == (SENDER, MAIL.to, MAIL.subject)
    assert (message["Message-ID"], message["Auto-Submitted"]) == ("<1@dashtam>", "auto-generated")


def test_the_link_stands_whole_on_a_line_of_the_text() -> None:
    assert MAIL.link
    assert MAIL.link.url in body(MAIL, "plain").splitlines()
    assert f'href="{MAIL.link.url}"' in body(MAIL, "html")


def test_the_lines_of_the_text_are_short() -> None:
    assert max(map(len, body(replace(MAIL, link=None), "plain").splitlines())) <= 72


def test_no_line_on_the_wire_is_longer_than_mail_may_have() -> None:
    wire = composed(replace(MAIL, paragraphs=("ü" * 5_000,)), SENDER).as_bytes()
    assert max(map(len, wire.split(b"\r\n"))) <= 78
    assert wire.isascii()


@pytest.mark.parametrize("shown", ["paragraph", "subject", "label"])
def test_words_are_no_markup(shown: str) -> None:
    link = Link(HOSTILE, "https://money.example/x") if shown == "label" else None
    mail = Mail(
        id="1@dashtam",
        to="ada@example.com",
        subject=HOSTILE if shown == "subject" else "Hello",
        paragraphs=(HOSTILE if shown == "paragraph" else "Good morning.",),
        link=link,
    )
    html = body(mail, "html")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "49" not in html


def test_a_link_stays_inside_its_attribute() -> None:
    html = body(replace(MAIL, link=Link("Verify", 'https://money.example/" onclick="x')), "html")
    assert 'onclick="' not in html


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("where", ["to", "subject", "id"])
def test_what_would_forge_a_header_is_refused(where: str, end: str) -> None:
    forged: dict[str, str] = {where: f"{getattr(MAIL, where)}{end}Bcc: eve@example.com"}
    with pytest.raises(ValueError, match=r"linefeed or carriage return|CR or LF"):
        composed(replace(MAIL, **forged), SENDER)  # type: ignore[arg-type]  # each of these fields is a str


def test_a_comma_makes_no_second_recipient() -> None:
    (recipient,) = received(replace(MAIL, to="ada,bob@example.com"))["To"].addresses
    assert (recipient.username, recipient.domain) == ("ada,bob", "example.com")
