"""`litestar tokens`: ask for newer tokens."""

import click
from litestar import Litestar

from app.application.identity.rotate_all_tokens import RotateAllTokens, Rotation
from app.application.identity.rotate_user_tokens import RotateUserTokens
from app.presentation.cli.groups import group
from app.presentation.cli.operator import made, send


@group("tokens")
def command() -> None:
    """End tokens that may have been stolen.

    Example: litestar tokens rotate --reason "laptop of an administrator lost"
    """


@command.command()
@click.option("--user", "email", help="Only the tokens of the person with this address.")
@click.option("--reason", required=True, help="Why; kept in the event log.")
def rotate(app: Litestar, email: str | None, reason: str) -> None:
    """Refuse all tokens issued until now, everybody's or one person's.

    For a grace period they may still be exchanged for new ones; afterwards people log in again.

    Example: litestar tokens rotate --user ada@example.com --reason "phone stolen"
    """
    fields = {"reason": reason} | ({"email": email} if email else {})
    rotation: Rotation
    [rotation] = send(app, "tokens", made(RotateUserTokens if email else RotateAllTokens, **fields))
    whose = f"of {email}" if email else "of everybody"
    click.echo(f"Tokens {whose} must have version {rotation.version}, older ones within {rotation.grace_seconds} s.")
