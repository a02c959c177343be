"""`litestar events`: what happened, what is stuck, and what follows from what."""

from typing import Any
from uuid import UUID

import click
from litestar import Litestar

from app.application.events.list_events import ListEvents
from app.application.events.list_parked_events import ListParkedEvents
from app.application.events.retry_parked_events import RetryParkedEvents
from app.core.loading import load
from app.domain.events.registry import EVENTS, EventMetadata
from app.presentation.cli.groups import group
from app.presentation.cli.operator import made, send
from app.presentation.cli.output import json_option, limit_option, printed

SHOWN = 50


@group("events")
def command() -> None:
    """Look at the event log, try again what is stuck, and print the registry of events.

    Works whether the API runs or not; a retry happens in a process that serves.

    Example: litestar events parked
    """


@command.command(name="list")
@click.option("--name", help="Only these, as user_login.failed.")
@click.option("--user", "user_id", type=click.UUID, help="Only what concerns this user.")
@limit_option(SHOWN)
@json_option
def list_events(app: Litestar, name: str | None, user_id: UUID | None, limit: int, as_json: bool) -> None:
    """List what happened, newest first.

    Example: litestar events list --name user_login.failed --json | jq -r '.[].occurred_at'
    """
    [found] = send(app, "events", made(ListEvents, limit=limit, name=name, user_id=user_id))
    printed(found, as_json=as_json, limit=limit)


@command.command()
@click.option("--reaction", help="Only those of this reaction: audit, email, log or session.")
@limit_option(SHOWN)
@json_option
def parked(app: Litestar, reaction: str | None, limit: int, as_json: bool) -> None:
    """List events that a reaction could not handle, and those of the same user that wait behind them.

    They are tried again with growing pauses for a day. Then they wait for `litestar events retry`.

    Example: litestar events parked --reaction email
    """
    [found] = send(app, "events", made(ListParkedEvents, limit=limit, reaction=reaction))
    printed(found, as_json=as_json, limit=limit)


@command.command()
@click.option("--reaction", help="Only those of this reaction.")
@click.option("--position", type=click.IntRange(min=1), help="Only the event at this position.")
def retry(app: Litestar, reaction: str | None, position: int | None) -> None:
    """Try parked events again at once, also those that were given up.

    Example: litestar events retry --reaction email
    """
    [count] = send(app, "events", made(RetryParkedEvents, reaction=reaction, position=position))
    click.echo(f"{count} parked events are tried again as soon as a process serves.")


@command.command()
@json_option
def registry(as_json: bool) -> None:
    """Print every kind of event there is, and what follows from it.

    Example: litestar events registry --json | jq -r '.[] | select(.reactions | contains("email")).name'
    """
    load("app.domain.events")
    printed([described(meta) for meta in EVENTS.values()], as_json=as_json)


def described(meta: EventMetadata) -> dict[str, Any]:
    return {
        "name": meta.name,
        "category": meta.category,
        "audit_action": meta.audit_action,
        "reactions": " ".join(sorted(meta.reactions)),
        "facts": " ".join(sorted(meta.shown)),
        "personal": " ".join(sorted(meta.personal)),
    }
