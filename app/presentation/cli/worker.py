"""`litestar worker`: runs scheduled and queued jobs."""

import asyncio

import click
import uvloop
from litestar import Litestar


@click.command(name="worker")
def command(app: Litestar) -> None:
    """Run jobs until interrupted; start as many workers as you need.

    Example: litestar worker
    """
    asyncio.run(app.state.work(), loop_factory=uvloop.new_event_loop)
