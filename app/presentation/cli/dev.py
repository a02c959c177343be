"""`litestar dev`: the API with reload, and a worker."""

import sys
import time

import click
from litestar import Litestar

from app.presentation.cli.embedded import ServerControl
from app.presentation.cli.processes import litestar

LOOK_SECONDS = 0.2


@click.command(name="dev")
@click.option("--port", default=8000, show_default=True, help="Where the API listens on loopback.")
def command(app: Litestar, port: int) -> None:
    """Run the API, which reloads when the code changes, and a worker; Ctrl-C stops both."""
    control: ServerControl = app.state.embedded
    serve_api = ("run", "--port", str(port), "--reload", "--reload-paths", "app")
    with control.held(), litestar("worker") as worker, litestar(*serve_api) as api:
        try:
            while not (worker.has_ended or api.has_ended):
                time.sleep(LOOK_SECONDS)
        except KeyboardInterrupt:
            return
        sys.exit("The worker ended." if worker.has_ended else "The API ended.")
