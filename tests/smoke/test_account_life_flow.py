"""The whole life of an account, over HTTP, with real mail: what a person can do from the first day to the last."""

import asyncio
import email
import email.policy
import re
from collections.abc import AsyncIterator, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.limits import GENEROUS
from tests.people import new_email
from tests.running import free_port, serving

API = "/api/v1"
MAIL_SECONDS_MAX = 10
PASSWORD = "correct horse battery staple"
NEWER = "a quite different pass phrase"


class Postbox:
    """Keeps what a real SMTP server took in."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002  # aiosmtpd's interface
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(email.message_from_bytes(content, policy=email.policy.default))
        return "250 taken"

    async def take(self, address: str, subject: str) -> str:
        """The text of the next mail to that address with that subject; it is taken out of the box."""
        for _ in range(MAIL_SECONDS_MAX * 20):
            for mail in self.mails:
                if mail["To"] == address and subject in mail["Subject"]:
                    self.mails.remove(mail)
                    body = mail.get_body(("plain",))
                    assert body is not None
                    return str(body.get_content())
            await asyncio.sleep(0.05)
        raise AssertionError(f"no mail {subject!r} to {address}, but {[str(mail['Subject']) for mail in self.mails]}")

    async def secret(self, address: str, subject: str) -> str:
        found = re.search(r"\b[0-9a-f]{64}\b", await self.take(address, subject))
        assert found
        return found[0]


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    box, port = Postbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
async def visitor(folder: Path, postbox: tuple[Postbox, int]) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody at a server that sends mail by SMTP; the data is its own, as any relay of a database sends its mail."""
    data = folder / "life"
    data.mkdir(mode=0o755)
    mailing = GENEROUS | {
        "DASHTAM_ENVIRONMENT": "test",
        "DASHTAM_DATA_DIR": str(data),
        "DASHTAM_EMAIL__SMTP_URL": f"smtp://127.0.0.1:{postbox[1]}",
    }
    context = serving(mailing, folder / "life.log")
    server = await asyncio.to_thread(context.__enter__)
    async with httpx.AsyncClient(base_url=server.base_url + API, timeout=30) as client:
        yield client
    await asyncio.to_thread(context.__exit__, None, None, None)


def bearing(tokens: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


async def test_an_account_lives_and_ends(visitor: httpx.AsyncClient, postbox: tuple[Postbox, int]) -> None:
    box, address = postbox[0], new_email()

    async def post(path: str, status: int, by: dict[str, Any] | None = None, **body: str) -> dict[str, Any]:
        answer = await visitor.post(path, json=body, headers=bearing(by) if by else {})
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    async def works(tokens: dict[str, Any]) -> bool:
        return (await visitor.get("/users/me", headers=bearing(tokens))).is_success

    async def log_in(password: str = PASSWORD) -> dict[str, Any]:
        return await post("/sessions", 201, email=address, password=password)

    # She registers and proves that the address is hers; before that she cannot log in.
    await post("/users", 201, email=address, password=PASSWORD)
    await post("/sessions", 403, email=address, password=PASSWORD)
    await post("/email-verifications", 201, token=await box.secret(address, "Verify"))

    # She logs in on three devices, then on three more: five may be open, so the first one ends.
    devices = [await log_in() for _ in range(3)]
    assert all([await works(device) for device in devices])
    devices += [await log_in() for _ in range(3)]
    assert [await works(device) for device in devices] == [False, True, True, True, True, True]

    # She refreshes. A lost answer may be asked for again; a stolen token that comes back later ends the session.
    stolen = devices[1]["refresh_token"]
    renewed = await post("/tokens", 201, refresh_token=stolen)
    assert (await post("/tokens", 201, refresh_token=stolen))["refresh_token"] == renewed["refresh_token"]
    newest = await post("/tokens", 201, refresh_token=renewed["refresh_token"])
    assert await works(newest)
    await post("/tokens", 401, refresh_token=stolen)
    assert not await works(newest)
    await post("/tokens", 401, refresh_token=newest["refresh_token"])
    await box.take(address, "session")

    # She forgets her password: choosing another ends all sessions, and the old password is no good any more.
    await post("/password-reset-tokens", 201, email=address)
    await post("/password-resets", 201, token=await box.secret(address, "new password"), new_password=NEWER)
    assert not any([await works(device) for device in devices])
    await post("/sessions", 401, email=address, password=PASSWORD)
    await box.take(address, "password was changed")

    # She logs out, and that is that for this session's tokens.
    brief = await log_in(NEWER)
    assert (await visitor.delete("/sessions/current", headers=bearing(brief))).status_code == 204
    assert not await works(brief)
    await post("/tokens", 401, refresh_token=brief["refresh_token"])

    # She deletes her account, which wants her password once more, and is forgotten.
    last = await log_in(NEWER)
    assert (await visitor.delete("/users/me", headers=bearing(last))).status_code == 403
    await post("/sessions/current/confirmations", 201, by=last, password=NEWER)
    assert (await visitor.delete("/users/me", headers=bearing(last))).status_code == 204
    assert not await works(last)
    await post("/sessions", 401, email=address, password=NEWER)
    await post("/users", 201, email=address, password=PASSWORD)
