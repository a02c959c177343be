"""`litestar demo`: the whole product once, over real HTTP, as a new user would meet it."""

import email
import email.policy
import json
import re
import secrets
import signal
import socket
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click
import httpx
from litestar import Litestar

from app.presentation.cli.demo_bank import Bank, connect
from app.presentation.cli.demo_steps import API, DemoError, answered, console, step, wait
from app.presentation.cli.demo_tables import show
from app.presentation.cli.embedded import ServerControl
from app.presentation.cli.processes import Child, child, litestar, on_interrupt, serve

SAMPLES = Path(__file__).parent / "samples"
# As the image does; `litestar run` is this with one process more around it.
GRANIAN = (sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--no-ws", "--host", "127.0.0.1")
APPLICATION = "app:create_app"


@click.command(name="demo")
@click.option("--once", is_flag=True, help="Exit when everything has been shown; non-zero if anything failed.")
@click.option("--port", default=8000, show_default=True, help="Where the API listens on loopback.")
def command(app: Litestar, once: bool, port: int) -> None:
    """Start what is missing, register, import statements, connect and sync a bank, and show what is there.

    It makes use of an API that runs on the port already.

    Example: litestar demo --port 8123
    """
    on_interrupt(128 + signal.SIGINT)
    control: ServerControl = app.state.embedded
    data_dir = control.data_dir
    address = f"http://127.0.0.1:{port}"
    console.print(f"[bold]Dashtam[/bold], with its data in {data_dir}\n")
    with control.held(), ExitStack() as running, httpx.Client(base_url=address, timeout=30) as client:
        bank = None if healthy(client) else Bank.somewhere()
        children = started(running, bank, client, data_dir) if bank else []
        login = walk(client, data_dir)
        if bank:
            connect(client, bank)
        else:
            console.print(f"The API on port {port} ran before, without this demo's bank: nothing is connected.")
        show(client)
        for one in children:
            one.check()
        invite(address, login, client.headers["Authorization"].removeprefix("Bearer "))
        if not once:
            offer(client, bank)
            console.print("\nServing. Ctrl-C stops everything that was started here.")
            serve(*children)


def started(running: ExitStack, bank: Bank, client: httpx.Client, data_dir: Path) -> list[Child]:
    """A bank, and the API and a worker that know it."""
    port = str(client.base_url.port)
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", int(port))) == 0:
            raise DemoError(f"Something else listens on port {port}. Choose another: `just demo --port 8123`.")
    with step("Starting PostgreSQL, Valkey, the API, a worker and a bank to play with"):
        simulator = running.enter_context(bank.running(data_dir / "demo-bank.log"))
        environ = {"DASHTAM_HTTP__PUBLIC_URL": f"http://127.0.0.1:{port}", **bank.environ()}
        api = running.enter_context(
            child(*GRANIAN, "--port", port, APPLICATION, log=data_dir / "demo-api.log", **environ)
        )
        worker = running.enter_context(litestar("worker", log=data_dir / "demo-worker.log", **environ))
        wait(lambda: healthy(client), "the API", api)
        wait(lambda: "Working" in worker.said(), "the worker", worker)
    return [api, worker, simulator]


def walk(client: httpx.Client, data_dir: Path) -> dict[str, str]:
    """Become a user with two imported statements; answers what logs in."""
    address = f"demo-{secrets.token_hex(4)}@example.com"
    login = {"email": address, "password": secrets.token_urlsafe(24)}
    with step(f"Registering {address}"):
        answered(client.post(f"{API}/users", json=login))
    with step("Verifying the address with the mail in the outbox"):
        token = wait(lambda: mailed_token(data_dir / "outbox", address), "the verification mail")
        answered(client.post(f"{API}/email-verifications", json={"token": token}))
    with step("Logging in"):
        session = answered(client.post(f"{API}/sessions", json=login))
    client.headers["Authorization"] = f"Bearer {session['access_token']}"
    for sample in sorted(SAMPLES.iterdir()):
        with step(f"Importing {sample.name}"):
            done = answered(client.post(f"{API}/imports", files={"file": (sample.name, sample.read_bytes())}))
            if done["state"] != "succeeded":
                raise DemoError(f"{sample.name} was imported with errors: {done['errors']}")
    return login


def invite(address: str, login: dict[str, str], token: str) -> None:
    console.print(f"\nThe API and its pages: [bold]{address}/schema[/bold]")
    console.print("Your accounts, from another terminal:\n")
    put = partial(console.print, soft_wrap=True, markup=False)
    put(f"export TOKEN={token}")
    put(f'curl -H "Authorization: Bearer $TOKEN" {address}{API}/accounts')
    put("\nThe token is good for a quarter of an hour. Then log in for another one:\n")
    asked = f"-H 'Content-Type: application/json' -d '{json.dumps(login)}' {address}{API}/sessions"
    put(f"export TOKEN=$(curl -s {asked} | cut -d '\"' -f 4)")


def offer(client: httpx.Client, bank: Bank | None) -> None:
    """A way to the bank's page for whoever has a browser at hand."""
    if bank:
        started = answered(client.post(f"{API}/connections", json={"provider_slug": "plaid"}))
        console.print("\nConnect one more bank yourself, in a browser, within ten minutes:\n")
        console.print(started["authorization_url"], soft_wrap=True)


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
