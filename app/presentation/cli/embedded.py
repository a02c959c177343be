"""`litestar embedded`: the PostgreSQL and Valkey of development."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import click
from litestar import Litestar

from app.presentation.cli.groups import group
from app.presentation.cli.output import json_option, printed_json


class ServersStatus(Protocol):
    """What is known of the embedded servers."""

    @property
    def home(self) -> Path | None: ...
    @property
    def postgres_pid(self) -> int | None: ...
    @property
    def valkey_pid(self) -> int | None: ...
    @property
    def used_by_others(self) -> bool: ...


class ServerControl(Protocol):
    """The embedded servers of this data directory; in `app.state.embedded`."""

    data_dir: Path

    def status(self) -> ServersStatus: ...
    def stop(self) -> bool: ...
    def held(self) -> AbstractContextManager[None]: ...


@group("embedded")
def command() -> None:
    """Look at or stop the embedded PostgreSQL and Valkey.

    They stop by themselves with the last process that uses them.

    Example: litestar embedded status
    """


@command.command()
@json_option
def status(app: Litestar, as_json: bool) -> None:
    """Show where they are and whether they run.

    Example: litestar embedded status --json | jq -r .postgres_pid
    """
    control: ServerControl = app.state.embedded
    found = control.status()
    if as_json:
        names = ("postgres_pid", "valkey_pid", "used_by_others")
        home = str(found.home) if found.home else None
        printed_json({"home": home} | {name: getattr(found, name) for name in names})
        return
    click.echo(f"home:     {found.home or 'none yet'}")
    for name, pid in (("postgres", found.postgres_pid), ("valkey", found.valkey_pid)):
        click.echo(f"{name + ':':9} {f'running, pid {pid}' if pid else 'not running'}")
    click.echo(f"in use:   {'yes' if found.used_by_others else 'no'}")


@command.command()
def stop(app: Litestar) -> None:
    """Stop them, whoever uses them.

    Example: litestar embedded stop
    """
    control: ServerControl = app.state.embedded
    click.echo("Stopped." if control.stop() else "They were not running.")
