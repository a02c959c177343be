"""The commands that the documentation shows, run as its readers would."""

import asyncio
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from app.settings import ROOT

FENCE = re.compile(r"^( *)```(?:sh|console)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
LISTING = re.compile(r"^( *)```python\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`((?:just|litestar|uv|pip|pipx|curl|docker|git)(?: [^`]*)?)`")
PROGRAMS = Path(sys.executable).parent
SECONDS_MAX = 120


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody with a shell in a folder, who has the programs of this environment and `litestar` finds the app."""

    folder: Path
    environ: dict[str, str]
    programs: tuple[Path, ...] = ()

    async def types(self, block: str) -> str:
        """Run the block, whole or not at all; answers what it printed."""
        path = os.pathsep.join(map(str, (*self.programs, PROGRAMS, os.environ["PATH"])))
        app = {"PATH": path, "PYTHONPATH": str(ROOT), "LITESTAR_APP": "app:create_app"}
        process = await asyncio.create_subprocess_exec(
            *("bash", "-euo", "pipefail", "-c", block),
            cwd=self.folder,
            env=os.environ | app | self.environ,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        printed, complaints = await asyncio.wait_for(process.communicate(), SECONDS_MAX)
        assert process.returncode == 0, f"{block}\n{printed.decode()}{complaints.decode()}"
        return printed.decode()


def blocks(page: str) -> list[str]:
    """The fenced shell blocks of a Markdown page, in order."""
    return [found[2] for found in FENCE.finditer((ROOT / page).read_text("utf-8"))]


def listings(page: str) -> list[str]:
    """The fenced Python blocks of a page, in order and without the indent of their list."""
    text = (ROOT / page).read_text("utf-8")
    return [dedent(found[2]) for found in LISTING.finditer(text)]


@dataclass(frozen=True, slots=True)
class Shown:
    """A command as a page shows it, and the answer if it shows that too."""

    command: str
    answer: str = ""


def shown(page: str) -> list[Shown]:
    """The commands of a page's shell blocks, in order: lines, each with those that continue it."""
    return [each for block in blocks(page) for each in _taken_apart(block)]


def mentioned(page: str) -> set[str]:
    """The commands that stand within the text of a page; here, everything runs in the environment of `uv run`."""
    text = FENCE.sub("", (ROOT / page).read_text("utf-8"))
    return {" ".join(found[1].split()).removeprefix("uv run ") for found in SPAN.finditer(text)}


def _taken_apart(block: str) -> list[Shown]:
    if block.startswith("$ "):
        parts = [part.partition("\n") for part in block.removeprefix("$ ").split("\n$ ")]
        return [Shown(command.strip(), answer.strip()) for command, _, answer in parts]
    return [Shown(line.strip()) for line in re.sub(r"\\\n\s*|(?<=\|)\n\s*", " ", block).splitlines() if line.strip()]
