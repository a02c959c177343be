"""The bank simulator as tests use it: a process, customers of their own, scenarios."""

import asyncio
import base64
import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from app.domain.connections.provider import AuthorizationRequest, ConnectBy, ConsentAnswer, Credentials, Grant
from app.domain.protocols.providers import Provider
from app.sandbox.__main__ import environment
from app.settings import ROOT
from tests.running import POLL_SECONDS, START_SECONDS_MAX, STOP_SECONDS_MAX, free_port

VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
BACK = "https://127.0.0.1:8000/oauth/callback"
_NAMES = count(1)


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A simulator that runs."""

    base_url: str
    environ: dict[str, str]

    def customer(self, slug: str, name: str = "") -> "SandboxCustomer":
        """Somebody new at a provider."""
        return SandboxCustomer(self, slug, name or f"person-{next(_NAMES)}")


@dataclass(frozen=True, slots=True)
class SandboxCustomer:
    sandbox: Sandbox
    slug: str
    name: str

    async def truth(self) -> dict[str, Any]:
        async with httpx.AsyncClient(base_url=self.sandbox.base_url, trust_env=False) as client:
            answer = await client.get("/bank", params={"customer": self.name, "provider": self.slug})
            found: dict[str, Any] = answer.raise_for_status().json()["providers"][self.slug]
            return found

    async def play(self, scenario: str, **options: str | int) -> None:
        body = {"provider": self.slug, "customer": self.name, **options}
        async with httpx.AsyncClient(base_url=self.sandbox.base_url, trust_env=False) as client:
            (await client.post(f"/bank/scenarios/{scenario}", json=body)).raise_for_status()

    async def consent(self, url: str, answer: str = "allow") -> dict[str, str]:
        """Fill in the bank's page; answers what the browser brings back."""
        async with httpx.AsyncClient(trust_env=False) as client:
            page = await client.get(url)
            assert "Allow" in page.text, page.text
            fields = dict(parse_qsl(urlsplit(url).query)) | {"customer": self.name, "answer": answer}
            sent = await client.post(url.partition("?")[0], data=fields)
            return dict(parse_qsl(urlsplit(sent.headers["location"]).query))

    async def connect(self, provider: Provider, renews: Credentials | None = None, answer: str = "allow") -> Grant:
        """As a user does it."""
        if provider.description.connect_by is not ConnectBy.OAUTH:
            return await provider.complete(ConsentAnswer(fields=(await self.truth())["credentials"]))
        asked = AuthorizationRequest(
            state="the-state", redirect_uri=BACK, code_challenge=CHALLENGE, user_ref="user-1", renews=renews
        )
        start = await provider.start(asked)
        fields = await self.consent(start.url, answer)
        assert fields["state"] == "the-state"
        return await provider.complete(
            ConsentAnswer(fields=fields, redirect_uri=BACK, code_verifier=VERIFIER, kept=start.kept, renews=renews)
        )


@contextmanager
def sandbox_running(log: Path) -> Iterator[Sandbox]:
    """Run a simulator until the context ends."""
    port = free_port()
    command = [sys.executable, "-m", "app.sandbox"]
    with log.open("wb") as output:
        process = subprocess.Popen([*command, "--port", str(port)], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    try:
        lines = environment(port).split()
        base_url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + START_SECONDS_MAX
        while not answers(base_url):
            assert process.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < deadline, log.read_text("utf-8")
            time.sleep(POLL_SECONDS)
        yield Sandbox(base_url, dict(line.split("=", 1) for line in lines))
    finally:
        process.terminate()
        process.wait(STOP_SECONDS_MAX)


def answers(base_url: str) -> bool:
    try:
        return httpx.get(f"{base_url}/simplefin/info", timeout=1, trust_env=False).is_success
    except httpx.TransportError:
        return False


async def started(log: Path) -> tuple[Any, Sandbox]:
    """The context and what it gives, without holding up the loop."""
    context = sandbox_running(log)
    return context, await asyncio.to_thread(context.__enter__)
