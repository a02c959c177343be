"""Groups of sub-commands."""

from collections.abc import Callable

import click
from litestar.cli._utils import LitestarGroup


def group(name: str, *, invoke_without_command: bool = False) -> Callable[[Callable[..., None]], click.Group]:
    """As `click.group`, for commands that take `app`: Litestar gives it to those of its own kind of group only."""
    return click.group(name=name, cls=LitestarGroup, invoke_without_command=invoke_without_command)
