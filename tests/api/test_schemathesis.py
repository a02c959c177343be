"""Every check of schemathesis on every operation, alone and along the links between them.

`SCHEMATHESIS_SECONDS=180` looks longer.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from app.presentation.cli.demo import SAMPLES
from app.presentation.http.examples import FIELDS
from app.settings import ROOT, load_settings
from app.wiring.servers import Servers
from tests.people import PASSWORD, new_email
from tests.running import Server, serving
from tests.sandbox import Sandbox

SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "30"))
PHASES = ("examples,coverage,fuzzing", "stateful")
SECONDS_AN_ADMINISTRATOR = 5
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
ADMINISTRATORS = "update users set roles = '{admin}', verified_at = now() where email = any($1)"


@pytest.fixture
async def alone(environ: dict[str, str], sandbox: Sandbox, folder: Path) -> AsyncIterator[tuple[Server, str]]:
    """A server with nobody on it who could be harmed, and the address of its database."""
    data = folder / "schemathesis"
    data.mkdir(mode=0o755)
    own = environ | sandbox.environ | {"DASHTAM_DATA_DIR": str(data)}
    context = serving(own, folder / "schemathesis.log")
    server = await asyncio.to_thread(context.__enter__)
    servers = Servers(load_settings(environ=own), own)
    yield server, await servers.database_url()
    await servers.release()
    await asyncio.to_thread(context.__exit__, None, None, None)


async def test_schemathesis_finds_nothing(alone: tuple[Server, str], sandbox: Sandbox, tmp_path: Path) -> None:
    server, database_url = alone
    people = [new_email() for _ in range(SECONDS // SECONDS_AN_ADMINISTRATOR + 3)]
    credentials = (await sandbox.customer("alpaca").truth())["credentials"]
    async with httpx.AsyncClient(base_url=server.base_url, timeout=60) as client:
        for email in people:
            await created(client, "users", json={"email": email, "password": PASSWORD})
        connection = await asyncpg.connect(database_url)
        await connection.execute(ADMINISTRATORS, people)
        await connection.close()
        for email in people:
            await owns_something(client, email, credentials)
    half = len(people) // 2
    for phases, some in zip(PHASES, (people[:half], people[half:]), strict=True):
        found = await asyncio.to_thread(schemathesis, server.base_url, some, tmp_path, phases)
        assert found.returncode == 0, found.stdout
    assert "Unhandled exception" not in server.said


async def created(client: httpx.AsyncClient, what: str, **sent: Any) -> Any:
    answer = await client.post(f"/api/v1/{what}", **sent)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def owns_something(client: httpx.AsyncClient, email: str, credentials: dict[str, str]) -> None:
    """Accounts, transactions, an import, a mapping, a connection and a sync, for links to lead to."""
    tokens = await created(client, "sessions", json={"email": email, "password": PASSWORD})
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    for statement in SAMPLES.iterdir():
        await created(client, "imports", files={"file": (statement.name, statement.read_bytes())})
    await created(client, "import-mappings", json={"name": "mine", "mapping": FIELDS["CsvMappingView"]})
    made = await created(client, "connections", json={"provider_slug": "alpaca", "credentials": credentials})
    del client.headers["Authorization"]
    assert made["status"] == "active"


def schemathesis(base_url: str, people: list[str], folder: Path, phases: str) -> subprocess.CompletedProcess[str]:
    told = {
        "PYTHONPATH": str(ROOT / "tests"),
        "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
        "SCHEMATHESIS_BASE": base_url,
        "SCHEMATHESIS_PASSWORD": PASSWORD,
        "SCHEMATHESIS_PEOPLE": ",".join(people),
    }
    options = [
        "--phases",
        phases,
        "--max-time",
        str(SECONDS // len(PHASES)),
        "--continue-on-failure",
        "--no-color",
        "--generation-database",
        "none",
    ]
    config = ["--config-file", str(ROOT / "tests/schemathesis.toml")]
    return subprocess.run(
        [SCHEMATHESIS, *config, "run", f"{base_url}/schema/openapi.json", *options],
        env=os.environ | told,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
