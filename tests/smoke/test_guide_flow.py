"""The guide to a new endpoint, followed to the letter in a copy of the tree: one new file, and one edit."""

import asyncio
import re
import shutil
from pathlib import Path

from app.settings import ROOT
from tests.documents import listings
from tests.people import Person, Town
from tests.running import serving
from tests.statements import ofx, row, statement

GUIDE = "docs/guides/add-an-endpoint.md"


async def test_an_endpoint_takes_one_new_file_and_one_edit(
    town: Town, person: Person, environ: dict[str, str], folder: Path, tmp_path: Path
) -> None:
    for part in ("app", "db"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "litestar.toml", tmp_path)
    new, edited = (tmp_path / path for path in re.findall(r"`(app/[a-z_/]+\.py)`", (ROOT / GUIDE).read_text("utf-8")))
    use_case, edit = listings(GUIDE)
    assert not new.exists()
    new.write_text(use_case)
    needed, _, method = edit.partition("\n\n\n")
    before = edited.read_text()
    edited.write_text(before.replace("\nfrom app.", f"\n{needed}\nfrom app.", 1).rstrip() + f"\n\n{method}")

    for number in ("1", "2"):
        await person.import_file(ofx(statement(row("1.00"), number=number)))
    context = serving(environ | {"PYTHONPATH": str(tmp_path)}, folder / "guide.log", tmp_path)
    running = await asyncio.to_thread(context.__enter__)
    there = Town(running.base_url, town.outbox, town.transport)
    answer = await person.at(there).get("/accounts/count")
    assert (answer.status_code, answer.json()) == (200, {"accounts": 2}), answer.text
    described = (await there.client().get("/schema/openapi.json")).json()["paths"]["/api/v1/accounts/count"]["get"]
    assert (described["operationId"], described["summary"]) == ("count_accounts", "Count your accounts")
    assert (await there.client().get("/api/v1/accounts/count")).status_code == 401
    await asyncio.to_thread(context.__exit__, None, None, None)
