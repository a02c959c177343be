"""`litestar dev`: the API with reload, and a worker."""

import click
from litestar import Litestar

from app.presentation.cli.embedded import ServerControl
from app.presentation.cli.processes import litestar, serve


@click.command(name="dev")
@click.option("--port", default=8000, show_default=True, help="Where the API listens on loopback.")
def command(app: Litestar, port: int) -> None:
    """Run the API, which reloads when the code changes, and a worker; Ctrl-C stops both.

    Example: litestar dev --port 8123
    """
    control: ServerControl = app.state.embedded
    serve_api = ("run", "--port", str(port), "--reload", "--reload-paths", "app")
    with control.held(), litestar("worker") as worker, litestar(*serve_api) as api:
        serve(worker, api)
