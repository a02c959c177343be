"""`litestar import`: statement files from the shell, through the use cases that the API calls."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import click
import msgspec
from litestar import Litestar
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from app.application.identity.find_user import FindUser
from app.application.imports.import_statement import ImportStatement
from app.application.imports.preview_statement import PreviewStatement
from app.application.imports.preview_view import ImportPreview, PreviewedAccount, PreviewedRow
from app.application.imports.views import ImportedAccountView, ImportView
from app.core.ids import AccountId
from app.core.result import Failure, Result
from app.domain.imports.import_job import printable
from app.domain.imports.statement_import import ImportState
from app.presentation.cli.operator import Operating, explained, made, told, value

REFUSED, ROWS_REFUSED = 1, 3
SHOWN_OF_PREVIEW = 50

type Done = ImportView | ImportPreview


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the options say."""

    email: str
    account_id: UUID | None
    mapping: str | None
    preview: bool
    as_json: bool


@click.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--user", "email", required=True, help="The address of the person whose files these are.")
@click.option("--account", "account_id", type=click.UUID, help="The account, for files that do not name theirs.")
@click.option("--mapping", help="The name of that person's saved mapping, for CSV files that no preset knows.")
@click.option("--preview", is_flag=True, help="Tell what importing would do, row by row, and store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a file, one a line.")
def command(app: Litestar, files: tuple[Path, ...], **options: Any) -> None:
    """Import statement FILES of any format and size on behalf of a user; importing a file again adds nothing.

    Each file is imported whole or not at all, whatever becomes of the others. It needs nothing but the database; the
    audit trail names the operator and the user.

    \b
    Exit codes: 0 everything was read, 1 a file was refused (or the user is unknown), 2 wrong usage,
    3 every file was imported, but for rows that are listed as errors.

    \b
    Examples:
      litestar import ~/Downloads/*.qfx --user ada@example.com
      litestar import sparkasse.csv --user ada@example.com --account 0198c2f0-5b7e-7cc3-98c4-dc0c0c07398f --preview
      litestar import *.ofx --user ada@example.com --json | jq -r 'select(.refused) | .file'
    """  # noqa: D301  # click reads \b as: keep these lines
    with explained():
        codes = asyncio.run(imported(app.state.operating, files, Wanted(**options)))
    if worst := REFUSED if REFUSED in codes else max(codes):
        raise click.exceptions.Exit(worst)


async def imported(operating: Operating, files: Sequence[Path], wanted: Wanted) -> list[int]:
    """Import or preview one file after the other, and answer what each would end the command with."""
    codes = []
    async with operating("litestar import") as dispatch:
        user_id = value(await dispatch(made(FindUser, email=wanted.email)))
        for file in files:
            with file.open("rb") as opened, followed(opened, file) as source:
                done: Result[Done] = await dispatch(message(file, source, wanted), user_id)
            show(file, done, wanted)
            codes.append(code(done))
    return codes


def message(file: Path, source: BinaryIO, wanted: Wanted) -> ImportStatement | PreviewStatement:
    kind = PreviewStatement if wanted.preview else ImportStatement
    account_id = AccountId(wanted.account_id) if wanted.account_id else None
    return kind(file_name=printable(file.name), source=source, account_id=account_id, mapping=wanted.mapping)


@contextmanager
def followed(opened: BinaryIO, file: Path) -> Iterator[BinaryIO]:
    """The file; on a terminal, a bar tells how much of it has been read."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield progress.wrap_file(opened, file.stat().st_size, description=file.name)


def code(done: Result[Done]) -> int:
    if isinstance(done, Failure):
        return REFUSED
    return ROWS_REFUSED if done.value.state is ImportState.PARTIAL else 0


def show(file: Path, done: Result[Done], wanted: Wanted) -> None:
    refusal = done.error if isinstance(done, Failure) else None
    # The API's names of fields are options here.
    why = told(refusal).replace("`account_id`", "--account") if refusal else ""
    if wanted.as_json:
        refused = {"code": refusal.code, "detail": why} if refusal else None
        result = None if isinstance(done, Failure) else done.value
        said = {"file": str(file), "preview": wanted.preview, "refused": refused, "result": result}
        click.echo(msgspec.json.encode(said))
    elif isinstance(done, Failure):
        click.echo(f"{file}: refused. {why}", err=True)
    else:
        click.echo(f"{file}: {'would be ' if wanted.preview else ''}imported as {done.value.format}")
        for line in lines(done.value):
            click.echo(f"  {line}")
        if isinstance(done.value, ImportPreview):
            Console().print(table(done.value.rows[:SHOWN_OF_PREVIEW]))


def lines(done: Done) -> Iterator[str]:
    """What happened to each account, which rows are errors and where balances and rows differ."""
    for account in done.accounts:
        yield summary(account)
        proof = account.balance_proof
        for gap in proof.gaps if proof else ():
            days = f"from {gap.starts_on or 'the beginning'} to {gap.ends_on or 'the end'}"
            yield f"balances and rows differ by {gap.amount.amount} {gap.amount.currency} {days}"
        if proof and proof.gap_count > len(proof.gaps):
            yield f"and {proof.gap_count - len(proof.gaps)} more such gaps"
    for fault in done.errors:
        yield f"error in {fault.locator}: {fault.detail} ({fault.code})"


def summary(account: ImportedAccountView | PreviewedAccount) -> str:
    counts = (
        f"{account.transactions_new} new, {account.transactions_duplicate} duplicate, "
        f"{account.transactions_corrected} corrected"
    )
    name = f"account {account.account_id}" if account.account_id else "a new account"
    return f"{name}{', just opened' if account.created and account.account_id else ''}: {counts}"


def table(rows: Sequence[PreviewedRow]) -> Table:
    shown = Table("Where", "Becomes", "By", "Date", "Amount", "Description", title=f"The first {len(rows)} rows")
    for row in rows:
        amount = f"{row.amount.amount} {row.amount.currency}"
        shown.add_row(row.locator, row.outcome, row.matched_by, str(row.booked_on), amount, Text(row.description))
    return shown
