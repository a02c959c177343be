"""`litestar dev`: the API with reload, and a worker."""

import sys
import time

import click

from app.presentation.cli.processes import litestar

LOOK_SECONDS = 0.2


@click.command(name="dev")
@click.option("--port", default=8000, show_default=True, help="Where the API listens on loopback.")
def command(port: int) -> None:
    """Run the API, which reloads when the code changes, and a worker; Ctrl-C stops both."""
    with litestar("worker") as worker, litestar("run", "--port", str(port), "--reload", "--reload-paths", "app") as api:
        try:
            while not (worker.has_ended or api.has_ended):
                time.sleep(LOOK_SECONDS)
        except KeyboardInterrupt:
            return
        sys.exit("The worker ended." if worker.has_ended else "The API ended.")
