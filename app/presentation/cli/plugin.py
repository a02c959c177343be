"""Registers every command of this package: a module's `command` is a sub-command of `litestar`."""

from collections.abc import Iterator

from click import Command, Group
from litestar.plugins import CLIPlugin

from app.core.loading import load


class CommandsPlugin(CLIPlugin):
    def on_cli_init(self, cli: Group) -> None:
        for command in commands():
            cli.add_command(command)


def commands() -> Iterator[Command]:
    """Dashtam's own, by name."""
    found = [getattr(module, "command", None) for module in load("app.presentation.cli")]
    yield from sorted((each for each in found if isinstance(each, Command)), key=lambda each: each.name or "")
