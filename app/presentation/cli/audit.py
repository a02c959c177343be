"""`litestar audit`: prove the audit trail, and copy it elsewhere."""

import asyncio
from collections.abc import Iterable
from typing import TextIO

import click
import msgspec
from litestar import Litestar

from app.application.audit.export_audit_records import ExportAuditRecords
from app.application.audit.verify_audit_trail import VerifyAuditTrail
from app.application.audit.views import AuditRecordView, Verdict
from app.presentation.cli.groups import group
from app.presentation.cli.operator import Operating, explained, send, value
from app.presentation.cli.output import json_option, printed_json, progress

BATCH = 1_000


@group("audit")
def command() -> None:
    """Prove that the audit trail is what was written, or copy it elsewhere.

    Example: litestar audit verify
    """


@command.command()
@click.option(
    "--checkpoints",
    "files",
    type=click.File(encoding="utf-8", errors="replace"),
    multiple=True,
    help="A log, or a checkpoint file of another machine; may be given several times. This machine's is read anyway.",
)
@json_option
def verify(app: Litestar, files: tuple[TextIO, ...], as_json: bool) -> None:
    """Walk the whole trail; exit with 1 and name the first bad position if it was altered.

    Without checkpoints a trail that was cut or rewritten from some position on looks whole: keep them elsewhere.

    Example: litestar audit verify --checkpoints /var/log/dashtam/api.log
    """
    with progress("Records verified:") as tell:
        [verdict] = send(app, "audit", VerifyAuditTrail(lines=tuple(lines_of(files)), tell=tell))
    if as_json:
        printed_json(verdict)
    else:
        click.echo(told(verdict))
    if verdict.fault:
        raise click.exceptions.Exit(1)


@command.command()
@click.option("--after", default=0, type=click.IntRange(min=0), help="Begin after this position.")
def export(app: Litestar, after: int) -> None:
    """Print the trail, oldest first, a JSON object a line.

    Example: litestar audit export --after 12000 > audit.jsonl
    """
    with explained():
        asyncio.run(exported(app.state.operating, after))


async def exported(operating: Operating, after: int) -> None:
    async with operating("litestar audit") as dispatch:
        while records := value(await dispatch(ExportAuditRecords(after=after, limit=BATCH))):
            for record in records:
                click.echo(msgspec.json.encode(record))
            last: AuditRecordView = records[-1]
            after = last.position


def lines_of(files: Iterable[TextIO]) -> Iterable[str]:
    """The lines that may be checkpoints; logs are long."""
    return (line for file in files for line in file if "dashtam-checkpoint/" in line)


def told(verdict: Verdict) -> str:
    if verdict.fault:
        return f"ALTERED at position {verdict.fault.position}: {verdict.fault.what}"
    erased = f", {verdict.erased} without their erased personal data" if verdict.erased else ""
    blind = "" if verdict.checkpoints else " Without any, a cut or rewritten trail looks whole: see --checkpoints."
    return f"Whole: {verdict.records} records{erased}, {verdict.checkpoints} checkpoints agree.{blind}"
