"""Somebody who uses the API as anybody would, and reads the mail it sends."""

import re
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Self

import httpx

from tests.bench.load import MeasurementError
from tests.mailbox import opened

PASSWORD = "seven grey herons at the weir"
MAIL_SECONDS_MAX = 20.0
IMPORT_SECONDS_MAX = 120.0
TOKEN = re.compile(r"\b[0-9a-f]{64}\b")
_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    email: str
    user_id: str
    token: str
    client: httpx.Client

    @classmethod
    def register(cls, port: int, outbox: Path) -> Self:
        """Register, verify and log in."""
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=IMPORT_SECONDS_MAX)
        email = f"person{next(_numbers)}@example.com"
        before = set(outbox.glob("*.eml"))
        user = created(client.post("/users", json={"email": email, "password": PASSWORD}))
        mail = next_mail(outbox, before, email)
        token = TOKEN.search(opened(mail).text)
        if token is None:
            raise MeasurementError(f"No token in {mail}")
        created(client.post("/email-verifications", json={"token": token[0]}))
        session = created(client.post("/sessions", json={"email": email, "password": PASSWORD}))
        client.headers["Authorization"] = f"Bearer {session['access_token']}"
        return cls(email=email, user_id=user["id"], token=session["access_token"], client=client)

    def import_file(self, content: bytes) -> tuple[float, dict[str, int]]:
        """Seconds until the answer, and what it counts over all accounts."""
        started = time.perf_counter()
        done = created(self.client.post("/imports", files={"file": ("bench.ofx", content)}))
        seconds = time.perf_counter() - started
        names = ("transactions_new", "transactions_duplicate", "transactions_corrected")
        return seconds, {name: sum(account[name] for account in done["accounts"]) for name in names}

    def accounts(self) -> list[str]:
        return [account["id"] for account in self.client.get("/accounts").raise_for_status().json()["accounts"]]

    def transactions(self, account_id: str) -> int:
        """How many an account has."""
        answer = self.client.get(f"/accounts/{account_id}/transactions", params={"limit": 1, "include": "total"})
        total: int = answer.raise_for_status().json()["total_count"]
        return total


def created(response: httpx.Response) -> dict[str, Any]:
    if response.status_code != httpx.codes.CREATED:
        raise MeasurementError(f"{response.request.method} {response.request.url}: {response.text}")
    answer: dict[str, Any] = response.json()
    return answer


def next_mail(outbox: Path, before: set[Path], to: str) -> Path:
    """The mail to that address that was not there before."""
    deadline = time.monotonic() + MAIL_SECONDS_MAX
    while not (new := {file for file in set(outbox.glob("*.eml")) - before if opened(file).to == to}):
        if time.monotonic() > deadline:
            raise MeasurementError(f"No mail came to {outbox}")
        time.sleep(0.0005)
    return new.pop()
