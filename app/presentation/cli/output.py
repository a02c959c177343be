"""What commands print: tables or JSON on standard output, and on a terminal how far they are, on standard error."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click
import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

WIDE = 1_000  # columns of what no terminal shows: each line stays one, for grep

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


def limit_option(shown: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option("--limit", default=shown, show_default=True, help="How many at most.")


def printed_json(value: object) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(value)))


def printed(lines: Sequence[msgspec.Struct] | Sequence[dict[str, Any]], *, as_json: bool, limit: int = 0) -> None:
    """Lines of one kind. Says so when there may be more of them than the limit let through."""
    if as_json:
        printed_json(lines)
    elif lines:
        console = Console()
        console.width = console.width if console.is_terminal else WIDE
        console.print(table([line if isinstance(line, dict) else msgspec.structs.asdict(line) for line in lines]))
    else:
        click.echo("None.", err=True)
    if len(lines) == limit:
        click.echo(f"These are the first {limit}; --limit shows more.", err=True)


def table(lines: Sequence[dict[str, Any]]) -> Table:
    shown = Table(*(name.replace("_", " ").capitalize() for name in lines[0]), box=SIMPLE_HEAD)
    for column in shown.columns:
        column.overflow = "fold"
    for line in lines:
        shown.add_row(*(Text(text(fact)) for fact in line.values()))
    return shown


def text(fact: object) -> str:
    match fact:
        case dict():
            return " ".join(f"{name}={text(each)}" for name, each in fact.items())
        case list() | tuple():
            return " ".join(map(text, fact))
        case datetime():
            return f"{fact:%Y-%m-%d %H:%M:%S}"
        case _:
            return {"None": "", "True": "yes", "False": ""}.get(str(fact), str(fact))


@contextmanager
def progress(what: str) -> Iterator[Callable[[int], None]]:
    """Answers what tells how many have been done so far."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed:,.0f}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done: bar.update(task, completed=done)
