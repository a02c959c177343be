"""`litestar keys`: make and rotate the keys that sign and encrypt."""

import asyncio
from typing import Protocol

import click
from litestar import Litestar

from app.application.connections.rotate_credentials import CredentialsRotated, RotateCredentials
from app.domain.protocols.secrets import LASTING, KeyRing, Ring
from app.presentation.cli.groups import group
from app.presentation.cli.operator import explained, send
from app.presentation.cli.output import json_option, printed, progress


class KeyControl(Protocol):
    """The keys of this installation; in `app.state.key_control`."""

    def generate(self, *, as_json: bool) -> str:
        """New keys for every ring, ready to paste."""

    async def rings(self) -> dict[Ring, KeyRing]:
        """The keys in use."""

    async def rotate(self, ring: Ring, keep: int | None) -> tuple[KeyRing, str | None]:
        """The ring with a new key first; and, unless that is stored already, what to paste."""


@group("keys")
def command() -> None:
    """Make and rotate the keys that sign tokens and encrypt what is stored.

    Processes read keys when they start: restart them after a change. docs/guides/rotate-keys.md has the order.

    Example: litestar keys rotate jwt
    """


@command.command()
@click.option(
    "--json", "as_json", is_flag=True, help="As one JSON object: the text of a secret in AWS Secrets Manager."
)
def generate(app: Litestar, as_json: bool) -> None:
    """Print new keys for every ring, for a new installation to paste where it keeps secrets.

    They are random, kept nowhere, and have nothing to do with the keys in use.

    Example: (umask 077; litestar keys generate >> .env.production)
    """
    control: KeyControl = app.state.key_control
    click.echo(control.generate(as_json=as_json))


@command.command(name="list")
@json_option
def list_keys(app: Litestar, as_json: bool) -> None:
    """List the rings and the names of their keys, the current one first; never the keys themselves.

    Example: litestar keys list --json | jq -r '.[] | select(.ring == "jwt").current'
    """
    control: KeyControl = app.state.key_control
    with explained():
        rings = asyncio.run(control.rings())
    lines = [
        {"ring": ring, "current": keys.current.id, "previous": [key.id for key in keys.keys[1:]]}
        for ring, keys in rings.items()
    ]
    printed(lines, as_json=as_json)


@command.command()
@click.argument("ring", type=click.Choice([ring.value for ring in Ring]))
@click.option("--keep", type=click.IntRange(min=0), help="How many of the previous keys to keep; all by default.")
def rotate(app: Litestar, ring: str, keep: int | None) -> None:
    """Put a new key first in RING. The previous ones go on proving what was made with them.

    Development's generated keys are changed in their file. Otherwise what to set is printed: it contains keys in use.
    Running processes do not notice before they are restarted.

    Example: litestar keys rotate jwt --keep 1
    """
    if keep is not None and ring in LASTING:
        raise click.ClickException(f"Keys of {ring} are never dropped: what is stored needs the key it was made with.")
    control: KeyControl = app.state.key_control
    with explained():
        rotated, paste = asyncio.run(control.rotate(Ring(ring), keep))
    if paste:
        click.echo(paste)
    told = f"The current key of {ring} {'becomes' if paste else 'is'} {rotated.current.id}"
    click.echo(f"{told}, with {len(rotated.keys) - 1} before it. Restart the processes to use it.", err=True)


@command.command(name="rotate-credentials")
def rotate_credentials(app: Litestar) -> None:
    """Encrypt stored credentials and account numbers under the current key of credentials.

    It may be stopped at any time, and run again. Rotate the key and restart the processes first.

    Example: litestar keys rotate-credentials
    """
    total, part = 0, CredentialsRotated(done=0, broken=0, has_more=True)
    with progress("Rows encrypted:") as tell:
        while part.has_more:
            [part] = send(app, "keys", RotateCredentials())
            total += part.done
            tell(total)
    click.echo(f"{total} rows were encrypted under the current key.")
    if part.broken:
        raise click.ClickException(f"{part.broken} rows cannot be opened: the ring lacks the key they were made with.")
