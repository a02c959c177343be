"""README and tutorial, followed to the letter: the demo is started, and what is typed then is typed here."""

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.settings import ROOT
from tests.browser import missing
from tests.documents import Reader, mentioned, shown
from tests.running import START_SECONDS_MAX, Program, free_port, is_alive, program
from tests.sandbox import Sandbox
from tests.waiting import until

PAGES = ("README.md", "docs/tutorial.md")
ADDRESS, WHO = "http://127.0.0.1:8000", "you@example.com"
HERE = "tests/smoke/test_documents_flow.py"
CLI_USERS = "tests/integration/test_cli_users.py"
ELSEWHERE = {
    "git clone <this repository> dashtam && cd dashtam": ".ci/run::pip install uv",  # on a clean clone
    "pip install uv && uv run just demo": f'{HERE}::"demo", "--port"',
    "pipx run uv run just demo": f'{HERE}::"demo", "--port"',
    "pip install uv && uv run just test": ".ci/run::uv run just test",
    "just test": ".ci/run::uv run just test",
    "just check": ".ci/run::uv run just check",
    "just docs": ".ci/run::uv run just docs-build",
    "just dev": f'{HERE}::"dev", "--port"',
    "just clients": 'tests/smoke/test_clients_flow.py::"just", "clients"',
    "just migration NAME": "tests/test_architecture.py::test_migrations_are_one_chain",
    "litestar --help": "tests/unit/test_presentation_cli_help.py::--help",
    "litestar routes": "tests/unit/test_presentation_cli_help.py::litestar routes",
    "litestar audit verify": "docs/guides/back-up-and-restore.md::litestar audit verify",
    "litestar database upgrade": "tests/integration/test_containers.py::upgrade",
    "litestar import FILE... --user EMAIL": "tests/integration/test_cli_imports.py::--user",
    "litestar keys generate": 'tests/unit/test_presentation_cli_keys.py::"generate"',
    "litestar run": "app/presentation/cli/demo.py::run",
    "litestar worker": "app/presentation/cli/demo.py::worker",
    "litestar sandbox": "tests/sandbox.py::app.sandbox",
    "litestar sandbox env": "tests/sandbox.py::environment(port)",
    "litestar users create EMAIL --role admin --verified": f"{CLI_USERS}::test_the_first_administrator_is_made",
}
INSTEAD = {"just bench": "just bench --help"}  # it measures for many minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What the demo said, where it serves, and the environment it was started in."""

    said: str
    address: str
    environ: dict[str, str]


@pytest.fixture(scope="module")
async def demo(folder: Path, sandbox: Sandbox) -> AsyncIterator[Demo]:
    """`just dev`, with a bank as the demo's, and beside it `just demo`, which makes use of what runs."""
    data, port = folder / "demo", free_port()
    data.mkdir(mode=0o755)
    environ = sandbox.environ | {"DASHTAM_ENVIRONMENT": "development", "DASHTAM_DATA_DIR": str(data)}
    address = f"http://127.0.0.1:{port}"

    async def serves() -> bool:
        return await asyncio.to_thread(is_alive, address)

    async def is_ready() -> bool:
        return "Serving" in shown_off.said

    with typed(environ, folder / "dev.log", "dev", "--port", str(port)):
        await until(serves, "the API with reload", START_SECONDS_MAX)
        with typed(environ, folder / "demo.log", "demo", "--port", str(port)) as shown_off:
            await until(is_ready, "the demo", START_SECONDS_MAX)
            yield Demo(said=shown_off.said, address=address, environ=environ)


@contextmanager
def typed(environ: dict[str, str], log: Path, *command: str) -> Iterator[Program]:
    """`just` with that, until Ctrl-C."""
    with program(environ, log, *command, name="just") as running:
        try:
            yield running
        finally:
            running.interrupt()


async def test_what_readme_and_tutorial_tell_to_type_works(demo: Demo, tmp_path: Path) -> None:
    if not shutil.which("curl"):
        missing("curl")
    token = re.search(r"(?:TOKEN=|Bearer )([\w.-]+)", demo.said)
    assert token, demo.said
    who = re.search(r"demo-\w+@example.com", demo.said)
    assert who, demo.said
    told = demo.environ | {"TOKEN": token[1], "HOME": str(tmp_path)}
    (tmp_path / ".curlrc").write_text("silent\nshow-error\nfail-with-body\n")
    for folder in (tmp_path, tmp_path / "Downloads"):
        folder.mkdir(exist_ok=True)
        shutil.copy(ROOT / "tests/data/ofx/xml-card.qfx", folder / "statement.qfx")
        shutil.copy(ROOT / "tests/data/csv/chase-checking.csv", folder / "Activity.csv")
    reader, ran = Reader(tmp_path, told), 0
    for each in [each for page in PAGES for each in shown(page)]:
        if each.command in ELSEWHERE:
            continue
        if wanted := re.fullmatch(r"export (\w+)=\.\.\. +# .+", each.command):
            assert wanted[1] in told, each.command
            continue
        command = each.command.removeprefix("uv run ").replace(ADDRESS, demo.address).replace(WHO, who[0])
        answer = await reader.types(command)
        ran += 1
        body = json.loads(answer) if each.command.startswith("curl ") else {}
        told["IMPORT"] = body["id"] if "transactions_new" in answer else told.get("IMPORT", "")
        told["ACCOUNT"] = body["id"] if "is_liability" in body else told.get("ACCOUNT", "")
        if each.answer:
            assert alike(json.loads(each.answer), body), answer
    assert ran >= len(PAGES)


def alike(said: Any, real: Any) -> bool:
    """Whether both have the same members, all the way down; what is null may be anything."""
    if isinstance(said, dict) and isinstance(real, dict):
        return said.keys() == real.keys() and all(alike(said[name], real[name]) for name in said)
    if isinstance(said, list) and isinstance(real, list):
        return not said or not real or alike(said[0], real[0])
    return said is None or real is None or type(said) is type(real)


async def test_commands_within_the_text_work_as_well(demo: Demo) -> None:
    told = {command for page in PAGES for command in mentioned(page)} - {*ELSEWHERE}
    reader = Reader(ROOT, demo.environ)
    printed = await asyncio.gather(*(reader.types(INSTEAD.get(command, command)) for command in told))
    assert all(printed)


@pytest.mark.parametrize("command", ELSEWHERE)
def test_commands_that_cannot_run_here_are_covered_where_it_is_said(command: str) -> None:
    assert any(command in {*mentioned(page), *(each.command for each in shown(page))} for page in PAGES), "no more"
    file, _, proof = ELSEWHERE[command].partition("::")
    assert proof in (ROOT / file).read_text("utf-8")
