"""Every check of schemathesis on every operation; `SCHEMATHESIS_SECONDS=180` looks longer."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from app.settings import ROOT, load_settings
from app.wiring.servers import Servers
from tests.people import PASSWORD, new_email
from tests.running import Server, serving

SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "25"))
SECONDS_AN_ADMINISTRATOR = 5
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
ADMINISTRATORS = "update users set roles = '{admin}', verified_at = now() where email = any($1)"


@pytest.fixture
async def alone(environ: dict[str, str], folder: Path) -> AsyncIterator[tuple[Server, str]]:
    """A server with nobody on it who could be harmed, and the address of its database."""
    data = folder / "schemathesis"
    data.mkdir(mode=0o755)
    own = environ | {"DASHTAM_DATA_DIR": str(data)}
    context = serving(own, folder / "schemathesis.log")
    server = await asyncio.to_thread(context.__enter__)
    servers = Servers(load_settings(environ=own), own)
    yield server, await servers.database_url()
    await servers.release()
    await asyncio.to_thread(context.__exit__, None, None, None)


async def test_schemathesis_finds_nothing(alone: tuple[Server, str], tmp_path: Path) -> None:
    server, database_url = alone
    people = [new_email() for _ in range(SECONDS // SECONDS_AN_ADMINISTRATOR + 3)]
    async with httpx.AsyncClient(base_url=server.base_url, timeout=60) as client:
        for email in people:
            body = {"email": email, "password": PASSWORD}
            assert (await client.post("/api/v1/users", json=body)).status_code == 201
    connection = await asyncpg.connect(database_url)
    await connection.execute(ADMINISTRATORS, people)
    await connection.close()
    found = await asyncio.to_thread(schemathesis, server.base_url, people, tmp_path)
    assert found.returncode == 0, found.stdout
    assert "Unhandled exception" not in server.said


def schemathesis(base_url: str, people: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    told = {
        "PYTHONPATH": str(ROOT / "tests"),
        "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
        "SCHEMATHESIS_BASE": base_url,
        "SCHEMATHESIS_PASSWORD": PASSWORD,
        "SCHEMATHESIS_PEOPLE": ",".join(people),
    }
    options = ["--max-time", str(SECONDS), "--continue-on-failure", "--no-color", "--generation-database", "none"]
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
