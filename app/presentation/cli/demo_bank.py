"""The demo's bank: the simulator as a child, two of its institutions connected as a user and a browser would."""

import re
import socket
import subprocess
from contextlib import AbstractContextManager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx

from app.presentation.cli.demo_steps import API, DemoError, answered, step, wait
from app.presentation.cli.processes import Child, child
from app.presentation.cli.sandbox import PROGRAM

HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@dataclass(frozen=True, slots=True)
class Bank:
    """Where the simulator listens."""

    port: int

    @classmethod
    def somewhere(cls) -> "Bank":
        """On a port that is free."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return cls(probe.getsockname()[1])

    def running(self, log: Path) -> AbstractContextManager[Child]:
        return child(*PROGRAM, "--port", str(self.port), log=log)

    def environ(self) -> dict[str, str]:
        """What points Dashtam at it."""
        command = (*PROGRAM, "env", "--port", str(self.port))
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603  # ours
        return dict(line.split("=", 1) for line in lines)

    def key(self, slug: str) -> dict[str, str]:
        """What a customer types in."""
        there = answered(httpx.get(f"http://127.0.0.1:{self.port}/bank", params={"provider": slug}, trust_env=False))
        typed: dict[str, str] = there["providers"][slug]["credentials"]
        return typed


def connect(client: httpx.Client, bank: Bank) -> None:
    """Two connections, and what they tell."""
    connections = {}
    with step("Connecting Alpaca with an API key"):
        body = {"provider_slug": "alpaca", "credentials": bank.key("alpaca")}
        connections["Alpaca"] = answered(client.post(f"{API}/connections", json=body))["id"]
    with step("Connecting Schwab by OAuth: to the bank's page, Allow, and back"):
        started = answered(client.post(f"{API}/connections", json={"provider_slug": "schwab"}))
        allow(started["authorization_url"])
        connections["Schwab"] = started["id"]
    for name, connection_id in connections.items():
        with step(f"Syncing {name}"):
            sync(client, connection_id)


def allow(url: str) -> None:
    """Do what a user does in a browser: follow the link, press the bank's button, come back."""
    with httpx.Client(follow_redirects=True, timeout=30, trust_env=False) as browser:
        page = browser.get(url)
        fields = {unescape(name): unescape(value) for name, value in HIDDEN.findall(page.text)}
        back = browser.post(page.url, data=fields | {"customer": "demo", "answer": "allow"})
        if back.is_error:
            raise DemoError(f"{back.request.url.copy_with(query=None)} answered {back.status_code}: {back.text}")


def sync(client: httpx.Client, connection_id: str) -> None:
    """Ask for a sync, or join the one on its way, and see it through."""
    sync_id = answered(client.post(f"{API}/syncs", json={"connection_id": connection_id}))["id"]

    def ended() -> dict[str, object] | None:
        found: dict[str, object] = answered(client.get(f"{API}/syncs/{sync_id}"))
        return found if found["finished_at"] else None

    done = wait(ended, "the sync")
    if done["state"] != "succeeded":
        raise DemoError(f"The sync ended as {done['state']}: {done}")
