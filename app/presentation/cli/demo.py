"""`litestar demo`: the whole product once, over real HTTP, as a new user would meet it."""

import email
import email.policy
import re
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
import httpx
from litestar import Litestar
from rich.console import Console
from rich.table import Table

from app.presentation.cli.embedded import ServerControl
from app.presentation.cli.processes import Child, litestar, serve

SAMPLES = Path(__file__).parent / "samples"
API = "/api/v1"
WAIT_SECONDS_MAX = 90
LOOK_SECONDS = 0.1
LATEST = 8

console = Console(highlight=False)


class DemoError(click.ClickException):
    """A step did not work; says which and what was answered."""


@click.command(name="demo")
@click.option("--once", is_flag=True, help="Exit when everything has been shown; non-zero if anything failed.")
@click.option("--port", default=8000, show_default=True, help="Where the API listens on loopback.")
def command(app: Litestar, once: bool, port: int) -> None:
    """Start what is missing, register, verify, log in, import two statements and show what is there."""
    control: ServerControl = app.state.embedded
    data_dir = control.data_dir
    address = f"http://127.0.0.1:{port}"
    console.print(f"[bold]Dashtam[/bold], with its data in {data_dir}\n")
    with control.held(), ExitStack() as running, httpx.Client(base_url=address, timeout=30) as client:
        children = started(running, client, data_dir, port)
        token = walk(client, data_dir)
        show(client)
        for child in children:
            child.check()
        invite(address, token)
        if not once:
            console.print("\nServing. Ctrl-C stops everything that was started here.")
            serve(*children)


def started(running: ExitStack, client: httpx.Client, data_dir: Path, port: int) -> list[Child]:
    """The API and a worker, unless an API of ours answers already."""
    if healthy(client):
        console.print(f"An API answers on port {port} already; it will do.")
        return []
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise DemoError(f"Something else listens on port {port}. Choose another: `just demo --port 8123`.")
    with step("Starting PostgreSQL, Valkey, the API and a worker"):
        url = {"DASHTAM_HTTP__PUBLIC_URL": f"http://127.0.0.1:{port}"}
        serve_api = litestar("run", "--host", "127.0.0.1", "--port", str(port), log=data_dir / "demo-api.log", **url)
        api = running.enter_context(serve_api)
        worker = running.enter_context(litestar("worker", log=data_dir / "demo-worker.log", **url))
        wait(lambda: healthy(client), "the API", api)
        wait(lambda: "Working" in worker.said(), "the worker", worker)
    return [api, worker]


def walk(client: httpx.Client, data_dir: Path) -> str:
    """Become a user with two imported statements; answers the access token."""
    address = f"demo-{secrets.token_hex(4)}@example.com"
    password = secrets.token_urlsafe(24)
    with step(f"Registering {address}"):
        answered(client.post(f"{API}/users", json={"email": address, "password": password}))
    with step("Verifying the address with the mail in the outbox"):
        token = wait(lambda: mailed_token(data_dir / "outbox", address), "the verification mail")
        answered(client.post(f"{API}/email-verifications", json={"token": token}))
    with step("Logging in"):
        session = answered(client.post(f"{API}/sessions", json={"email": address, "password": password}))
    client.headers["Authorization"] = f"Bearer {session['access_token']}"
    for sample in sorted(SAMPLES.iterdir()):
        with step(f"Importing {sample.name}"):
            done = answered(client.post(f"{API}/imports", files={"file": (sample.name, sample.read_bytes())}))
            if done["state"] != "succeeded":
                raise DemoError(f"{sample.name} was imported with errors: {done['errors']}")
    return str(session["access_token"])


def show(client: httpx.Client) -> None:
    """Print the accounts and what happened in them last."""
    for account in answered(client.get(f"{API}/accounts"))["accounts"]:
        balance = account["balance"]["current"]
        heading = f"{account['name']} {account['number_masked']}   {balance['amount']} {balance['currency']}"
        table = Table("Date", "Description", "Type", "Amount", title=heading, title_justify="left", title_style="bold")
        table.columns[-1].justify = "right"
        query = {"limit": LATEST}
        rows = answered(client.get(f"{API}/accounts/{account['id']}/transactions", params=query))["transactions"]
        for row in rows:
            table.add_row(row["booked_on"], row["description"], row["subtype"], row["amount"]["amount"])
        console.print()
        console.print(table)


def invite(address: str, token: str) -> None:
    console.print(f"\nThe API and its pages: [bold]{address}/schema[/bold]")
    console.print("Your accounts, for the next quarter of an hour:\n")
    console.print(f"curl -H 'Authorization: Bearer {token}' {address}{API}/accounts", soft_wrap=True)


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


def healthy(client: httpx.Client) -> bool:
    try:
        return bool(client.get("/health/live").json() == {"status": "alive"})
    except (httpx.TransportError, ValueError):
        return False


def mailed_token(outbox: Path, address: str) -> str | None:
    """The token in the mail to that address, once it is there."""
    for file in outbox.glob("*.eml"):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if message["To"] == address and (body := message.get_body(("plain",))):
            found = re.search(r"\b[0-9a-f]{64}\b", body.get_content())
            return found[0] if found else None
    return None
