"""How the demo goes about a step: shows it, waits for it, and complains in words."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
import httpx
from rich.console import Console

from app.presentation.cli.processes import Child

API = "/api/v1"
WAIT_SECONDS_MAX = 90
LOOK_SECONDS = 0.1

console = Console(highlight=False)


class DemoError(click.ClickException):
    """A step did not work; says which and what was answered."""


@contextmanager
def step(what: str) -> Iterator[None]:
    """Show that something goes on, then how long it took."""
    began = time.monotonic()
    with console.status(what):
        yield
    console.print(f"[green]✓[/green] {what} [dim]{time.monotonic() - began:.1f} s[/dim]")


def wait[T](look: Callable[[], T | None], what: str, *children: Child) -> T:
    """What `look` finds, as soon as it finds something; a child that ends meanwhile ends the waiting."""
    until = time.monotonic() + WAIT_SECONDS_MAX
    while not (found := look()):
        if time.monotonic() > until:
            raise DemoError(f"Waited {WAIT_SECONDS_MAX} seconds for {what} in vain.")
        for child in children:
            child.check()
        time.sleep(LOOK_SECONDS)
    return found


def answered(response: httpx.Response) -> Any:
    """The body of a good answer."""
    if response.is_error:
        raise DemoError(
            f"{response.request.method} {response.request.url} answered {response.status_code}: {response.text}"
        )
    return response.json()
