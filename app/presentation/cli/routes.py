"""`litestar routes`: the route registry, in place of Litestar's own list."""

from typing import Any

import click

from app.presentation.cli.output import json_option, printed
from app.presentation.http.registry import ROUTES
from app.presentation.http.route import Public, RouteMetadata

SHOWN = ("route", "who", "limit", "status")


@click.command(name="routes")
@json_option
def command(as_json: bool) -> None:
    """List the routes: who may call each, the limit that counts it and its status. JSON names its refusals too.

    Example: litestar routes --json | jq -r '.[] | select(.who == "anyone").route'
    """
    shown = lines() if as_json else [{name: line[name] for name in SHOWN} for line in lines()]
    printed(shown, as_json=as_json)


def lines() -> list[dict[str, Any]]:
    """By tag, path and method."""
    return [line(meta) for meta in sorted(ROUTES, key=lambda meta: (meta.tag, meta.path, meta.method))]


def line(meta: RouteMetadata) -> dict[str, Any]:
    return {
        "route": f"{meta.method.value} {meta.template}",
        "who": "anyone" if isinstance(meta.auth, Public) else f"{meta.auth.action} {meta.auth.resource}",
        "limit": meta.limit.value,
        "status": int(meta.status),
        "refusals": [error.code for error in dict.fromkeys(meta.refusals)],
    }
