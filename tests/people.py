"""People who register, verify and log in over HTTP like anybody else."""

import asyncio
import email
import email.policy
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from app.application.imports.views import ImportView
from app.application.ledger.views import AccountPage, AccountView, TransactionPage, TransactionView
from tests.answers import decoded

PASSWORD = "correct horse battery staple"
MAIL_SECONDS_MAX = 10.0
TOKEN = re.compile(r"\b[0-9a-f]{64}\b")

type FormFile = tuple[str, bytes]


def new_email() -> str:
    return f"{uuid4().hex}@example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is logged in."""

    client: httpx.AsyncClient
    email: str
    user_id: UUID
    session_id: UUID
    access_token: str

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.client.get(f"/api/v1{path}", params=params)

    async def send_file(self, content: bytes, **form: str) -> httpx.Response:
        return await self.client.post("/api/v1/imports", files={"file": ("bank.ofx", content)}, data=form)

    async def import_file(self, content: bytes, **form: str) -> ImportView:
        return decoded(await self.send_file(content, **form), ImportView, 201)

    async def accounts(self) -> Sequence[AccountView]:
        return decoded(await self.get("/accounts", limit=500), AccountPage).accounts

    async def transactions(self, account_id: UUID) -> Sequence[TransactionView]:
        page = decoded(await self.get(f"/accounts/{account_id}/transactions", limit=500), TransactionPage)
        assert not page.has_more
        return page.transactions


@dataclass(frozen=True, slots=True)
class Town:
    """Where people come from: a server's address, and the folder its mail goes to."""

    base_url: str
    outbox: Path
    transport: httpx.AsyncBaseTransport

    def client(self, access_token: str = "") -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
        return httpx.AsyncClient(base_url=self.base_url, headers=headers, transport=self.transport, timeout=60)

    async def register(self, address: str, password: str = PASSWORD) -> httpx.Response:
        return await self.client().post("/api/v1/users", json={"email": address, "password": password})

    async def verify(self, token: str) -> httpx.Response:
        return await self.client().post("/api/v1/email-verifications", json={"token": token})

    async def log_in(self, address: str, password: str = PASSWORD) -> httpx.Response:
        return await self.client().post("/api/v1/sessions", json={"email": address, "password": password})

    async def mailed_token(self, address: str) -> str:
        """The token in the newest mail to that address, as soon as it arrives."""
        deadline = time.monotonic() + MAIL_SECONDS_MAX
        while time.monotonic() < deadline:
            for file in sorted(self.outbox.glob("*.eml"), reverse=True):
                mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                if mail["To"] == address:
                    return str(TOKEN.findall(mail.get_content())[0])
            await asyncio.sleep(0.02)
        raise AssertionError(f"no mail to {address} in {self.outbox}")

    async def person(self, address: str | None = None) -> Person:
        """Somebody new, or a new login of somebody known."""
        known = address is not None
        address = address or new_email()
        if not known:
            assert (await self.register(address)).status_code == 201
            assert (await self.verify(await self.mailed_token(address))).status_code == 201
        said = (await self.log_in(address)).json()
        client = self.client(said["access_token"])
        me = (await client.get("/api/v1/users/me")).json()
        return Person(
            client=client,
            email=address,
            user_id=UUID(me["id"]),
            session_id=UUID(said["session_id"]),
            access_token=said["access_token"],
        )
