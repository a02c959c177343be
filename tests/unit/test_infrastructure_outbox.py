import email
import email.policy
import stat
from pathlib import Path

import pytest

from app.domain.protocols.mail import Mail
from app.infrastructure.email.outbox import OutboxMailer

LONG = "ü" + "x" * 1200
MAIL = Mail(id="0195-77@dashtam", to="ada@example.com", subject="Grüße", paragraphs=("Zeile eins", LONG, "."))


async def test_a_mail_is_a_file_that_any_reader_understands(tmp_path: Path) -> None:
    await OutboxMailer(tmp_path / "outbox", "Dashtam <no-reply@localhost>").send(MAIL)
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == "0195-77.eml"
    raw = file.read_bytes()
    raw.decode("ascii")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert (read["From"], read["To"], read["Subject"]) == ("Dashtam <no-reply@localhost>", MAIL.to, MAIL.subject)
    assert (read["Message-ID"], read["Date"].datetime.tzname()) == ("<0195-77@dashtam>", "UTC")
    body = read.get_body(("plain",))
    assert body
    assert body.get_content().splitlines() == ["Zeile eins", "", LONG, "", "."]
    assert not read.defects


async def test_a_mail_sent_again_replaces_its_file(tmp_path: Path) -> None:
    mailer = OutboxMailer(tmp_path, "a@localhost")
    for _ in range(2):
        await mailer.send(MAIL)
    assert len([*tmp_path.iterdir()]) == 1


async def test_the_outbox_is_its_owner_s_alone(tmp_path: Path) -> None:
    await OutboxMailer(tmp_path / "outbox", "a@localhost").send(MAIL)
    assert stat.S_IMODE((tmp_path / "outbox").stat().st_mode) == 0o700


@pytest.mark.parametrize("to", ["ada@example.com\nBcc: eve@example.com", "ada@example.com\r\n\r\nHello"])
async def test_an_address_cannot_add_headers(tmp_path: Path, to: str) -> None:
    with pytest.raises(ValueError, match="CR or LF"):
        await OutboxMailer(tmp_path, "a@localhost").send(Mail(id="x@y", to=to, subject="", paragraphs=()))
    assert not [*tmp_path.glob("*.eml")]


@pytest.mark.parametrize("to", ["größe@example.com", "\uab70@example.com"])
async def test_a_mail_to_an_international_address_is_written(tmp_path: Path, to: str) -> None:
    await OutboxMailer(tmp_path, "a@localhost").send(Mail(id="x@y", to=to, subject="s", paragraphs=("t",)))
    read = email.message_from_bytes((tmp_path / "x.eml").read_bytes(), policy=email.policy.default)
    assert read["To"] == to
