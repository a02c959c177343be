"""`litestar database`: Advanced Alchemy's migration commands on our engine."""

import click
from advanced_alchemy.cli import add_migration_commands
from litestar.cli._utils import LitestarGroup


@click.group(name="database", cls=LitestarGroup)
def command(ctx: click.Context) -> None:
    """Upgrade the database, or write and check migrations.

    Example: litestar database upgrade --no-prompt
    """
    ctx.obj = {"app": ctx.obj, "configs": [ctx.obj.app.state.alchemy]}


add_migration_commands(command)
