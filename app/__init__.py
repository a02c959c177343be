"""Dashtam: a self-hosted API for your financial data."""

from litestar import Litestar


def create_app() -> Litestar:
    """Assemble the application; the door that `litestar run` finds."""
    from app.asgi import assemble  # the domain can be imported without the whole stack

    return assemble()
