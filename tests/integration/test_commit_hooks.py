"""What `pre-commit install` makes of a commit."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import ROOT

PRE_COMMIT = Path(sys.executable).with_name("pre-commit")


@pytest.mark.parametrize(
    ("message", "passes"),
    [
        ("fix(imports): skip lines seen before\n\nThey were counted twice.\n", True),
        ("feat!: end support of Redis 6", True),
        ("imports: skip lines seen before", False),
        ("fix(imports): Skip lines seen before", False),
        ("Mend things\n\nfix(imports): skip lines seen before\n", False),
    ],
)
def test_a_subject_is_conventional(message: str, *, passes: bool, tmp_path: Path) -> None:
    """In a repository of its own: pre-commit stashes what is not staged."""
    shutil.copy(ROOT / ".pre-commit-config.yaml", tmp_path)
    file = tmp_path / "COMMIT_EDITMSG"
    file.write_text(message, "utf-8")
    for prepare in (["git", "init", "--quiet"], ["git", "add", "."]):
        subprocess.run(prepare, cwd=tmp_path, check=True)
    command = [str(PRE_COMMIT), "run", "subject", "--hook-stage", "commit-msg", "--commit-msg-filename", str(file)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is passes, done.stdout + done.stderr
