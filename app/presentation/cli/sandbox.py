"""`litestar sandbox`: the bank simulator, a program of its own."""

import os
import sys

import click

from app.presentation.cli.groups import group

PROGRAM = (sys.executable, "-m", "app.sandbox")


@group("sandbox", invoke_without_command=True)
@click.option("--port", default=8900, show_default=True, help="Where it listens on loopback.")
@click.option("--seed", default=1, show_default=True, help="Other customers, other rows.")
@click.option("--days-behind", default=0, show_default=True, help="Let the bank's clock begin so many days ago.")
@click.pass_context
def command(context: click.Context, port: int, seed: int, days_behind: int) -> None:
    """Run a bank that speaks as Schwab, Alpaca, SimpleFIN and Plaid do, until Ctrl-C.

    Example: litestar sandbox --port 8900
    """
    if context.invoked_subcommand is None:
        _run("serve", "--port", str(port), "--seed", str(seed), "--days-behind", str(days_behind))


@command.command("env")
@click.option("--port", default=8900, show_default=True, help="Where the bank listens.")
def env(port: int) -> None:
    """Print the variables that point Dashtam at it.

    Example: litestar sandbox env >> .env.dev
    """
    _run("env", "--port", str(port))


def _run(*arguments: str) -> None:
    """Become it: signals reach it, and nothing outlives it."""
    os.execv(sys.executable, [*PROGRAM, *arguments])  # noqa: S606  # this interpreter, our own module
