"""`litestar embedded`: the PostgreSQL and Valkey of development."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import click
from litestar import Litestar

from app.presentation.cli.groups import group


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
    """Look at or stop the embedded PostgreSQL and Valkey."""


@command.command()
def status(app: Litestar) -> None:
    """Show where they are and whether they run."""
    control: ServerControl = app.state.embedded
    found = control.status()
    click.echo(f"home:     {found.home or 'none yet'}")
    for name, pid in (("postgres", found.postgres_pid), ("valkey", found.valkey_pid)):
        click.echo(f"{name + ':':9} {f'running, pid {pid}' if pid else 'not running'}")
    click.echo(f"in use:   {'yes' if found.used_by_others else 'no'}")


@command.command()
def stop(app: Litestar) -> None:
    """Stop them, whoever uses them."""
    control: ServerControl = app.state.embedded
    click.echo("Stopped." if control.stop() else "They were not running.")
