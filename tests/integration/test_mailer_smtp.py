import asyncio
import email
import email.policy
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from app.domain.protocols.mail import Link, Mail
from app.domain.protocols.secrets import SecretMissingError
from app.infrastructure.email.smtp import RecipientRefusedError, SmtpMailer
from app.infrastructure.security.secrets import EnvironmentSecrets
from app.settings import EmailSettings, SettingsError

LINK = Link("Verify this address", f"https://money.example/verify-email/{'ab' * 32}")
MAIL = Mail(id="1@dashtam", to="ada@example.com", subject="Hello", paragraphs=("Good morning.",), link=LINK)
LOGIN, PASSWORD = "dashtam@example.com", "open sesame"
RIGHT = LoginPassword(LOGIN.encode(), PASSWORD.encode())
SECONDS = 10.0


@dataclass
class Desk:
    """What a server does with mail: keeps it, but refuses one recipient for good and another for now."""

    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[object] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return f"550 5.1.1 <{address}> is unknown"
        if address.startswith("later"):
            return f"451 4.7.1 <{address}> is greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # as above
        self.envelopes.append(envelope)
        self.logins.append(session.auth_data)
        return "250 OK"

    def mails(self) -> list[EmailMessage]:
        read = email.message_from_bytes
        return [read(envelope.original_content or b"", policy=email.policy.default) for envelope in self.envelopes]


def authenticated(*asked: Any) -> AuthResult:
    """What aiosmtpd calls with the server, the session, the envelope, the mechanism and what was said."""
    return AuthResult(success=asked[-1] == RIGHT, handled=False, auth_data=asked[-1])


type Office = Callable[..., AbstractAsyncContextManager[int]]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def office(desk: Desk) -> Office:
    """Opens a real SMTP server on loopback; answers its port."""

    @asynccontextmanager
    async def opened(implicit_tls: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[int]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(desk, hostname="mail.test", loop=loop, **options), "127.0.0.1", 0, ssl=implicit_tls
        )
        async with server:
            yield server.sockets[0].getsockname()[1]

    return opened


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(file)
    return str(file)


@pytest.fixture
def identity(authority: trustme.CA) -> ssl.SSLContext:
    """What a server proves itself with that is called 127.0.0.1."""
    return proof(authority, "127.0.0.1")


def proof(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context


def mailer(url: str, *, ca_file: str = "", password: str = PASSWORD, seconds: float = SECONDS) -> SmtpMailer:
    settings = EmailSettings(
        sender="Dashtam <no-reply@money.example>", smtp_url=url, ca_file=ca_file, timeout_seconds=seconds
    )
    return SmtpMailer(settings, EnvironmentSecrets({"DASHTAM_SECRET_SMTP_PASSWORD": password} if password else {}))


async def test_a_mail_arrives_whole(office: Office, desk: Desk) -> None:
    async with office() as port:
        await mailer(f"smtp://127.0.0.1:{port}").send(MAIL)
    (envelope,), (mail,) = desk.envelopes, desk.mails()
    assert (envelope.mail_from, envelope.rcpt_tos) == ("no-reply@money.example", [MAIL.to])
    assert (mail["To"], mail["Subject"], mail["Message-ID"]) == (MAIL.to, MAIL.subject, "<1@dashtam>")
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body
        assert LINK.url in body.get_content()


async def test_a_mail_sent_again_is_recognisable(office: Office, desk: Desk) -> None:
    async with office() as port:
        for _ in range(2):
            await mailer(f"smtp://127.0.0.1:{port}").send(MAIL)
    assert [mail["Message-ID"] for mail in desk.mails()] == ["<1@dashtam>"] * 2


async def test_starttls_and_a_login(office: Office, desk: Desk, identity: ssl.SSLContext, ca_file: str) -> None:
    options = {"tls_context": identity, "require_starttls": True, "authenticator": authenticated, "auth_required": True}
    async with office(**options) as port:
        await mailer(f"smtp+starttls://{LOGIN}@127.0.0.1:{port}", ca_file=ca_file).send(MAIL)
    assert desk.logins == [RIGHT]


async def test_implicit_tls_and_a_login(office: Office, desk: Desk, identity: ssl.SSLContext, ca_file: str) -> None:
    async with office(identity, authenticator=authenticated, auth_require_tls=False) as port:
        await mailer(f"smtps://{LOGIN.replace('@', '%40')}@127.0.0.1:{port}", ca_file=ca_file).send(MAIL)
    assert desk.logins == [RIGHT]


async def test_a_wrong_password_raises(office: Office, desk: Desk, identity: ssl.SSLContext, ca_file: str) -> None:
    async with office(tls_context=identity, authenticator=authenticated, auth_required=True) as port:
        wrong = mailer(f"smtp+starttls://{LOGIN}@127.0.0.1:{port}", ca_file=ca_file, password="guess")
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await wrong.send(MAIL)
    assert not desk.envelopes


async def test_a_server_without_starttls_gets_nothing(office: Office, desk: Desk) -> None:
    async with office() as port:
        with pytest.raises(aiosmtplib.SMTPException, match="STARTTLS"):
            await mailer(f"smtp+starttls://127.0.0.1:{port}").send(MAIL)
    assert not desk.envelopes


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_an_unknown_authority_is_refused(
    office: Office, desk: Desk, identity: ssl.SSLContext, scheme: str
) -> None:
    options = {"implicit_tls": identity} if scheme == "smtps" else {"tls_context": identity}
    async with office(**options) as port:
        with pytest.raises((ssl.SSLCertVerificationError, aiosmtplib.SMTPException), match="certificate verify failed"):
            await mailer(f"{scheme}://127.0.0.1:{port}").send(MAIL)
    assert not desk.envelopes


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_a_certificate_of_another_server_is_refused(
    office: Office, desk: Desk, authority: trustme.CA, ca_file: str, scheme: str
) -> None:
    other = proof(authority, "elsewhere.example")
    options = {"implicit_tls": other} if scheme == "smtps" else {"tls_context": other}
    async with office(**options) as port:
        with pytest.raises((ssl.SSLCertVerificationError, aiosmtplib.SMTPException), match="certificate verify failed"):
            await mailer(f"{scheme}://127.0.0.1:{port}", ca_file=ca_file).send(MAIL)
    assert not desk.envelopes


async def test_a_server_that_is_down_raises(office: Office) -> None:
    async with office() as port:
        pass
    with pytest.raises(OSError, match=str(port)):
        await mailer(f"smtp://127.0.0.1:{port}").send(MAIL)


@pytest.mark.parametrize("greeting", [b"", b"220 mail.test\r\n"])
async def test_a_server_that_never_answers_raises(greeting: bytes) -> None:
    over = asyncio.Event()

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await over.wait()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(TimeoutError):
            await mailer(f"smtp://127.0.0.1:{port}", seconds=0.1).send(MAIL)
        over.set()


@pytest.mark.parametrize(("name", "words"), [("nobody", "550, for good"), ("later", "451, for now")])
async def test_a_refused_recipient_raises_and_is_not_named(office: Office, desk: Desk, name: str, words: str) -> None:
    async with office() as port:
        with pytest.raises(RecipientRefusedError, match=words) as refusal:
            await mailer(f"smtp://127.0.0.1:{port}").send(addressed(f"{name}@example.com"))
    assert name not in str(refusal.value)
    assert not desk.envelopes


async def test_a_comma_makes_no_second_recipient(office: Office, desk: Desk) -> None:
    async with office() as port:
        await mailer(f"smtp://127.0.0.1:{port}").send(addressed("ada,bob@example.com"))
    assert desk.envelopes[0].rcpt_tos == ['"ada,bob"@example.com']


async def test_an_address_beyond_ascii_needs_a_server_that_takes_it(office: Office, desk: Desk) -> None:
    abroad = addressed("jürgen@example.com")
    async with office(enable_SMTPUTF8=True) as port:
        await mailer(f"smtp://127.0.0.1:{port}").send(abroad)
    assert [mail["To"] for mail in desk.mails()] == [abroad.to]
    async with office() as port:
        with pytest.raises(aiosmtplib.SMTPNotSupported):
            await mailer(f"smtp://127.0.0.1:{port}").send(abroad)


async def test_what_would_forge_a_header_is_not_sent(office: Office, desk: Desk) -> None:
    async with office() as port:
        with pytest.raises(ValueError, match="CR or LF"):
            await mailer(f"smtp://127.0.0.1:{port}").send(addressed("ada@example.com\r\nBcc: eve@example.com"))
    assert not desk.envelopes


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example",
        "mail.example:25",
        "smtps://",
        "smtps://mail.example:port",
        "smtps://mail.example/path",
        "smtps://user:hunter2@mail.example",
        "smtp://user@mail.example",
    ],
)
def test_a_wrong_url_stops_the_start_and_is_not_told(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^email\.smtp_url: ") as refusal:
        mailer(url)
    assert "hunter2" not in str(refusal.value)


def test_a_login_without_its_password_stops_the_start() -> None:
    with pytest.raises(SecretMissingError, match="DASHTAM_SECRET_SMTP_PASSWORD"):
        mailer("smtps://user@mail.example", password="")


def test_a_missing_ca_file_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^email\.ca_file: "):
        mailer("smtps://mail.example", ca_file=str(tmp_path / "none.pem"))


@pytest.mark.parametrize("sender", ["", "Dashtam", "a@example.com, b@example.com", "a@example.com\r\nBcc: b@c"])
def test_a_wrong_sender_stops_the_start(sender: str) -> None:
    settings = EmailSettings(sender=sender, smtp_url="smtp://mail.example", ca_file="", timeout_seconds=SECONDS)
    with pytest.raises(SettingsError, match=r"^email\.sender: "):
        SmtpMailer(settings, EnvironmentSecrets({}))


def addressed(to: str) -> Mail:
    return Mail(id="2@dashtam", to=to, subject="Hello", paragraphs=("Good morning.",))
