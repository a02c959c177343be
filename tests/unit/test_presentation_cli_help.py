"""The command line explains itself, each command to the last, and ends as it is documented."""

import json
import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from app.presentation.cli.output import progress
from app.presentation.cli.plugin import commands
from app.presentation.http.registry import ROUTES

OF_LIBRARIES = {"database"}  # its commands are Advanced Alchemy's


def paths(command: click.Command, *above: str) -> Iterator[tuple[str, click.Command]]:
    """The command and those below it, each as it is typed."""
    names = (*above, command.name or "")
    yield " ".join(names), command
    if isinstance(command, click.Group) and command.name not in OF_LIBRARIES:
        for child in command.commands.values():
            yield from paths(child, *names)


ALL = dict(path for command in commands() for path in paths(command, "litestar"))


@pytest.mark.parametrize("path", ALL)
def test_help_says_what_it_does_and_shows_how(path: str) -> None:
    told = CliRunner().invoke(ALL[path], ["--help"])
    assert told.exit_code == 0
    text = " ".join(re.sub("[│╭╮╰╯─]", " ", told.stdout).split())
    assert re.search(rf"Examples?\b.*: .*\b{path}\b", text), text
    for option in ALL[path].params:
        assert isinstance(option, click.Argument) or getattr(option, "help", None), option.name


@pytest.mark.parametrize("path", ALL)
def test_a_command_that_is_called_wrongly_exits_with_2(path: str) -> None:
    wrong = CliRunner().invoke(ALL[path], ["--no-such-option"])
    assert (wrong.exit_code, wrong.stdout) == (2, "")


def test_routes_are_listed_for_people_and_scripts() -> None:
    said = json.loads(CliRunner().invoke(ALL["litestar routes"], ["--json"]).stdout)
    assert len(said) == len(ROUTES)
    assert {"route": "POST /api/v1/sessions", "who": "anyone"}.items() <= next(
        line.items() for line in said if line["route"] == "POST /api/v1/sessions"
    )
    assert "POST /api/v1/sessions" in CliRunner().invoke(ALL["litestar routes"], []).stdout


@pytest.mark.parametrize("terminal", ["1", "0"])
def test_long_work_tells_how_far_it_is_on_a_terminal_alone(
    terminal: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", terminal)
    with progress("Rows:") as tell:
        tell(3_000)
    printed = capsys.readouterr()
    assert ("Rows: 3,000" in printed.err) == (terminal == "1")
    assert not printed.out
