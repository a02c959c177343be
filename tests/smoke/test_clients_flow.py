"""Clients generated from the API's description, used as their users would."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.settings import ROOT
from tests.browser import missing
from tests.mailbox import mailed_path
from tests.people import PASSWORD, VERIFY, Town, new_email

TOOLS = Path(sys.executable).parent
FLOWS = ROOT / "tests/clients"
CLIENTS = ROOT / "build/clients"
STATEMENT = ROOT / "app/presentation/cli/samples/checking.ofx"
SECONDS_MAX = 300


def run(*command: str | Path, cwd: Path = ROOT, **environ: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=os.environ | environ, capture_output=True, text=True, check=False, timeout=SECONDS_MAX
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def generated() -> Path:
    """What `just clients` makes, and the flows compiled and checked against it."""
    if not shutil.which("npx"):
        missing("Node.js with npm")
    run(TOOLS / "just", "clients")
    shutil.copy(FLOWS / "flow.ts", CLIENTS / "typescript")
    shutil.copy(FLOWS / "flow.py", CLIENTS / "python")
    run("npx", "tsc", cwd=CLIENTS / "typescript")
    run(TOOLS / "mypy", "--config-file", os.devnull, "--cache-dir", os.devnull, "flow.py", cwd=CLIENTS / "python")
    return CLIENTS


async def uses(town: Town, *command: str | Path, cwd: Path) -> Any:
    """Run a flow: first to register, then with the token that was mailed."""
    address = new_email()
    known = {"BASE_URL": town.base_url, "EMAIL": address, "PASSWORD": PASSWORD, "STATEMENT": str(STATEMENT)}
    await asyncio.to_thread(run, *command, cwd=cwd, **known)
    token = (await mailed_path(town.outbox, address, VERIFY)).rpartition("/")[2]
    return json.loads(await asyncio.to_thread(run, *command, cwd=cwd, **known, MAIL_TOKEN=token))


async def test_the_python_client_registers_imports_and_reads(town: Town, generated: Path) -> None:
    said = await uses(town, sys.executable, "flow.py", cwd=generated / "python")
    assert said["added"] == said["read"] > 0


async def test_the_typescript_client_registers_imports_and_reads(town: Town, generated: Path) -> None:
    said = await uses(town, "node", "dist/flow.js", cwd=generated / "typescript")
    assert said["added"] == said["read"] > 0
