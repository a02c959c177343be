"""A few runs of the fuzzer, so that its target stays sound; `just fuzz-readers` makes many."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

RUNS = 150


@pytest.mark.skipif(not importlib.util.find_spec("atheris"), reason="atheris has wheels for Linux on x86-64 alone")
def test_some_runs_find_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz", f"-runs={RUNS}"]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(root)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"Done {RUNS}" in done.stderr
