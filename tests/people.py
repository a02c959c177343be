"""People who register, verify and log in over HTTP like anybody else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid4

import httpx

from app.application.identity.views import Tokens
from app.application.imports.views import ImportView
from app.application.ledger.views import AccountPage, AccountView, TransactionPage, TransactionView
from app.core.ids import SessionId, UserId
from app.infrastructure.redis.sessions import mark_key
from tests.answers import decoded
from tests.mailbox import mailed_path, mails
from tests.waiting import until

PASSWORD = "correct horse battery staple"
VERIFY, RESET = "/verify-email", "/reset-password"

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
    refresh_token: str

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.client.get(f"/api/v1{path}", params=params)

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.post(f"/api/v1{path}", json=body)

    async def delete(self, path: str) -> httpx.Response:
        return await self.client.delete(f"/api/v1{path}")

    async def is_in(self) -> bool:
        """Whether the door still opens."""
        answer = await self.get("/users/me")
        assert answer.status_code in {200, 401}, answer.text
        return answer.is_success

    def at(self, town: "Town") -> Self:
        """The same login at another server."""
        return replace(self, client=town.client(self.access_token))

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


def mark_of(person: Person) -> str:
    """Under which key Redis remembers that the session is live."""
    return mark_key(UserId(person.user_id), SessionId(person.session_id))


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

    async def refresh(self, token: str) -> httpx.Response:
        return await self.client().post("/api/v1/tokens", json={"refresh_token": token})

    async def forget_password(self, address: str) -> httpx.Response:
        return await self.client().post("/api/v1/password-reset-tokens", json={"email": address})

    async def reset(self, token: str, password: str) -> httpx.Response:
        return await self.client().post("/api/v1/password-resets", json={"token": token, "new_password": password})

    async def mailed_token(self, address: str, page: str = VERIFY, count: int = 1) -> str:
        """The token of the newest link to that page, as soon as so many mails have arrived."""
        return (await mailed_path(self.outbox, address, page, count)).rpartition("/")[2]

    def subjects(self, address: str) -> list[str]:
        """What the mails to that address are about, oldest first."""
        return [mail.subject for mail in mails(self.outbox, address)]

    async def mailed(self, address: str, subject: str) -> None:
        """Return as soon as there is such a mail."""

        async def is_there() -> bool:
            return subject in self.subjects(address)

        await until(is_there, f"{subject!r} to {address}")

    async def person(self, address: str | None = None, password: str = PASSWORD) -> Person:
        """Somebody new, or a new login of somebody known."""
        known = address is not None
        address = address or new_email()
        if not known:
            assert (await self.register(address)).status_code == 201
            assert (await self.verify(await self.mailed_token(address))).status_code == 201
        tokens = decoded(await self.log_in(address, password), Tokens, 201)
        client = self.client(tokens.access_token)
        me = (await client.get("/api/v1/users/me")).json()
        return Person(
            client=client,
            email=address,
            user_id=UUID(me["id"]),
            session_id=tokens.session_id,
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token,
        )
