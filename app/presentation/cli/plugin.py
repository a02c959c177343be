"""Registers every command of this package: a module's `command` is a sub-command of `litestar`."""

import importlib
import pkgutil

from click import Command, Group
from litestar.plugins import CLIPlugin

import app.presentation.cli


class CommandsPlugin(CLIPlugin):
    def on_cli_init(self, cli: Group) -> None:
        for module in pkgutil.iter_modules(app.presentation.cli.__path__):
            command = getattr(importlib.import_module(f"app.presentation.cli.{module.name}"), "command", None)
            if isinstance(command, Command):
                cli.add_command(command)
