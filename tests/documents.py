"""The commands that the documentation shows, run as its readers would."""

import asyncio
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from app.settings import ROOT

FENCE = re.compile(r"^( *)```(?:sh|console)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
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
