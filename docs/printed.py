"""The reference, printed from the registries: nothing here is written by hand twice."""

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus

import click
from litestar.cli.main import litestar_group

from app import create_app
from app.core.errors import error_classes
from app.domain.events.registry import EVENTS
from app.presentation.cli.plugin import commands as own_commands
from app.presentation.cli.routes import lines as route_lines
from app.presentation.http.problems import status_of, title
from app.settings import ROOT


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(headings)
    lines = [heads, ["---"] * len(heads), *map(list, rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines) + "\n"


def routes() -> str:
    rows = (
        (f"`{line['route']}`", line["who"], f"`{line['limit']}`", str(line["status"]), ", ".join(line["refusals"]))
        for line in route_lines()
    )
    about = "Every route, who may call it, the limit that counts it, what it answers and what it may refuse.\n"
    return f"# Routes\n\n{about}\n{table(('route', 'who', 'limit', 'status', 'refusals'), rows)}"


def events() -> str:
    rows = (
        (f"`{meta.name}`", meta.category, f"`{meta.audit_action}`", "yes" if meta.email else "")
        for meta in sorted(EVENTS.values(), key=lambda meta: (meta.category, meta.name))
    )
    return f"# Events\n\n{table(('event', 'area', 'audit action', 'mail'), rows)}"


def errors() -> str:
    rows = sorted(
        (f"`{error.code}`", f"{status_of(error)} {HTTPStatus(status_of(error)).phrase}", title(error))
        for error in error_classes()
    )
    about = "What `type` in a problem ends with, its status and its title. Each has a page at `/problems/<code>`.\n"
    return f"# Errors\n\n{about}\n{table(('code', 'status', 'title'), rows)}"


def settings() -> str:
    about = (
        "Each of these is overridden by `DASHTAM_<SECTION>__<KEY>`; `DATABASE_URL` and `REDIS_URL` are read as well. "
        "Unknown keys are refused by name."
    )
    return f"# Settings\n\n{about}\n\n```toml\n{(ROOT / 'litestar.toml').read_text('utf-8')}```\n"


def commands() -> str:
    """Dashtam's own commands: those of Litestar itself have its documentation."""
    context = click.Context(litestar_group, info_name="litestar", obj=create_app)
    helps = (text for command in own_commands() for text in helped(command, context))
    about = (
        "Every command exits with 0 when it did what was asked; with 1 when it was refused or failed, which a line on "
        "standard error tells; with 2 when it was called wrongly. Standard output has the answer alone: a table, or "
        "JSON with `--json`. On a terminal, long work tells on standard error how far it is.\n"
    )
    return f"# Commands\n\n{about}\n" + "\n".join(helps)


def helped(command: click.Command, parent: click.Context) -> Iterator[str]:
    """The help of a command and of those below it."""
    context = click.Context(command, info_name=command.name, parent=parent)
    yield f"## `{context.command_path}`\n\n```text\n{plain_help(command, context)}\n```\n"
    if isinstance(command, click.Group):
        for _, child in sorted(command.commands.items()):
            yield from helped(child, context)


def plain_help(command: click.Command, context: click.Context) -> str:
    formatter = context.make_formatter()
    click.Command.format_usage(command, context, formatter)
    click.Command.format_help_text(command, context, formatter)
    click.Command.format_options(command, context, formatter)
    return formatter.getvalue().rstrip()


PAGES: dict[str, Callable[[], str]] = {
    "routes": routes,
    "events": events,
    "errors": errors,
    "settings": settings,
    "commands": commands,
}
