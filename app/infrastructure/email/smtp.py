"""Mail by SMTP: one connection a message, encrypted unless the settings say otherwise, within a time-out.

Returns when the server has accepted the message. Whatever else happens raises, a refusal of the recipient as well, so
that the relay tries again: a wrong login or a server that is down must lose no mail. A connection that breaks after
the message, before the answer, leaves it open whether it was accepted; it is then sent again, under its Message-ID.
"""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import unquote, urlsplit

import aiosmtplib

from app.domain.protocols.mail import Mail
from app.domain.protocols.secrets import SecretsProtocol
from app.infrastructure.email.compose import addressee, composed
from app.settings import EmailSettings, SettingsError

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
PERMANENT = 500
FAREWELL_SECONDS_MAX = 1.0


class RecipientRefusedError(Exception):
    """The server does not take mail for this recipient. Says not for whom, as errors are logged and kept."""

    def __init__(self, code: int) -> None:
        super().__init__(f"The recipient was refused with {code}, {'for good' if code >= PERMANENT else 'for now'}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    scheme: str
    host: str
    port: int
    user: str | None


class SmtpMailer:
    """Implements `Mailer`. Raises `SettingsError` or `SecretMissingError` where it could not send at all."""

    def __init__(self, settings: EmailSettings, secrets: SecretsProtocol) -> None:
        self._server = server_of(settings.smtp_url)
        self._password = secrets.text("smtp_password") if self._server.user else None
        self._tls = None if self._server.scheme == "smtp" else trust(settings.ca_file)
        self._timeout = settings.timeout_seconds
        self._sender = settings.sender
        self._envelope_sender = address_of(settings.sender)

    async def send(self, mail: Mail) -> None:
        message = composed(mail, self._sender).as_bytes()
        options = () if mail.to.isascii() else ("SMTPUTF8", "BODY=8BITMIME")
        smtp = self._connection()
        try:
            async with asyncio.timeout(self._timeout):  # of the whole; aiosmtplib's is of each answer
                await smtp.connect()
                await smtp.sendmail(self._envelope_sender, addressee(mail).addr_spec, message, mail_options=options)
            with suppress(aiosmtplib.SMTPException):  # the message is theirs already
                await smtp.quit(timeout=FAREWELL_SECONDS_MAX)
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise RecipientRefusedError(error.recipients[0].code) from None
        finally:
            smtp.close()

    def _connection(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=self._password,
            local_hostname=self._envelope_sender.rpartition("@")[2],  # a name that DNS knows, as servers ask for
            timeout=self._timeout,
            use_tls=server.scheme == "smtps",
            start_tls=server.scheme == "smtp+starttls",  # required then: no server talks us out of it
            tls_context=self._tls,
        )


def server_of(url: str) -> SmtpServer:
    """The parts of `email.smtp_url`. Nothing of a wrong one is told, as it may hold a password."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise SettingsError(f"email.smtp_url: begin with {', '.join(f'{scheme}://' for scheme in PORTS)}.") from None
    if parts.password is not None:
        raise SettingsError("email.smtp_url: leave the password out; it is the secret smtp_password.")
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingsError("email.smtp_url: write scheme://user@host:port.")
    if parts.username and parts.scheme == "smtp":
        raise SettingsError("email.smtp_url: a login needs encryption; use smtp+starttls:// or smtps://.")
    user = unquote(parts.username) if parts.username else None
    return SmtpServer(scheme=parts.scheme, host=parts.hostname, port=port, user=user)


def trust(ca_file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise SettingsError(f"email.ca_file: {error}") from error


def address_of(sender: str) -> str:
    """The bare address of `email.sender`."""
    try:
        message = EmailMessage(policy=SMTP)
        message["From"] = sender
        addresses: tuple[Address, ...] = message["From"].addresses
    except (ValueError, MessageError) as error:
        raise SettingsError(f"email.sender: {error}") from error
    if len(addresses) != 1 or not addresses[0].domain:
        raise SettingsError("email.sender: write one address, such as 'Dashtam <no-reply@money.example>'.")
    return addresses[0].addr_spec
