"""The demo, as somebody new runs it; and its bank, connected by hand in a real browser."""

import asyncio
import json
import re
import shutil
import signal
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from app.application.connections.views import ConnectionStarted, ConnectionView
from app.application.portfolio.views import HoldingPage
from tests.answers import decoded
from tests.banking import connected, synced
from tests.browser import missing, see
from tests.documents import Reader
from tests.people import Person, Town
from tests.running import START_SECONDS_MAX, Program, free_port, program
from tests.sandbox import Sandbox, SandboxCustomer
from tests.waiting import until

SHOWN = ("Syncing Alpaca", "Syncing Schwab", "Larkspur Bank Checking", "Holdings", "AAPL", "export TOKEN=", "/oauth/")

pytestmark = pytest.mark.usefixtures("servers")


@pytest.fixture(scope="module")
async def demo(servers: object, environ: dict[str, str], folder: Path) -> AsyncIterator[tuple[Program, Town]]:  # noqa: ARG001  # they must run
    """`litestar demo`, once it has shown everything; ended as people end it."""
    port = free_port()
    with program(environ, folder / "shown-demo.log", "demo", "--port", str(port)) as running:
        await says(running, "Serving.")
        async with httpx.AsyncHTTPTransport() as transport:
            outbox = Path(environ["DASHTAM_DATA_DIR"]) / "outbox"
            yield running, Town(f"http://127.0.0.1:{port}", outbox, transport)
        assert await interrupted(running) == 0, running.said
    assert "Abort" not in running.said


@pytest.fixture
def town(demo: tuple[Program, Town]) -> Town:
    return demo[1]


@pytest.fixture
def bank(demo: tuple[Program, Town], environ: dict[str, str]) -> Sandbox:  # noqa: ARG001  # it started the bank
    """The demo's own."""
    said = (Path(environ["DASHTAM_DATA_DIR"]) / "demo-bank.log").read_text("utf-8")
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found, said
    return Sandbox(found[0], {})


async def says(running: Program, words: str) -> None:
    async def is_said() -> bool:
        assert running.process.poll() is None, running.said
        return words in running.said

    await until(is_said, f"{words!r}", START_SECONDS_MAX)


async def interrupted(running: Program) -> int:
    running.process.send_signal(signal.SIGINT)
    return await asyncio.to_thread(running.process.wait)


async def begun(person: Person) -> ConnectionStarted:
    return decoded(await person.post("/connections", provider_slug="schwab"), ConnectionStarted, 201)


def answer(browser: Chrome, customer: SandboxCustomer, button: str) -> None:
    """Press a button of the bank's page."""
    field = browser.find_element(By.NAME, "customer")
    field.clear()
    field.send_keys(customer.name)
    browser.find_element(By.CSS_SELECTOR, f"button[value={button}]").click()


async def test_the_demo_shows_accounts_transactions_and_holdings(demo: tuple[Program, Town]) -> None:
    assert [words for words in SHOWN if words not in demo[0].said] == []


async def test_what_the_demo_says_to_type_reads_the_accounts_now_and_later(
    demo: tuple[Program, Town], tmp_path: Path
) -> None:
    if not shutil.which("curl"):
        missing("curl")
    said = demo[0].said
    first, again = re.findall(r"^export TOKEN=.+$", said, re.MULTILINE)
    asks = re.findall(r"^curl .+/accounts$", said, re.MULTILINE)
    for logs_in in (first, again):
        listed = json.loads(await Reader(tmp_path, {}).types("\n".join((logs_in, *asks))))
        assert "Larkspur Bank Checking" in {account["name"] for account in listed["accounts"]}


async def test_what_is_connected_in_a_browser_and_by_key_is_read_as_the_bank_has_it(
    town: Town, bank: Sandbox, browser: Chrome
) -> None:
    person, schwab, alpaca = await town.person(), bank.customer("schwab"), bank.customer("alpaca")
    by_consent = await begun(person)
    browser.get(by_consent.authorization_url or "")
    see(browser, "asks to read your accounts")
    assert urlsplit(browser.current_url).netloc == urlsplit(bank.base_url).netloc
    answer(browser, schwab, "allow")
    see(browser, "Schwab is connected", person.email)
    assert urlsplit(browser.current_url).netloc == urlsplit(town.base_url).netloc
    by_key = await connected(person, alpaca)
    for connection in (by_consent, by_key):
        assert (await synced(person, connection.id)).state == "succeeded"
    truths = [await schwab.truth(), await alpaca.truth()]
    assert await shown(person) == {
        kind: sorted(said(one) for truth in truths for one in truth[kind])
        for kind, said in (("accounts", account_told), ("transactions", row_told), ("holdings", holding_told))
    }
    browser.refresh()  # the same answer of the bank's again
    see(browser, "used before", "Connect again")


async def shown(person: Person) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the API shows."""
    accounts = await person.accounts()
    rows = [row for account in accounts for row in await person.transactions(account.id)]
    held = decoded(await person.get("/holdings", limit=500), HoldingPage).holdings
    return {
        "accounts": sorted(
            (one.type, one.currency, one.number_masked, one.balance.current.amount)
            for one in accounts
            if one.balance.current
        ),
        "transactions": sorted(
            (str(row.booked_on), row.amount.amount, row.status, row.type, row.subtype, row.quantity or 0)
            for row in rows
        ),
        "holdings": sorted(
            (one.security.symbol, one.side, one.quantity, one.market_value.amount, one.cost_basis_total.amount)
            for one in held
            if one.market_value and one.cost_basis_total
        ),
    }


def account_told(one: dict[str, Any]) -> tuple[object, ...]:
    return one["type"], one["currency"], f"••••{one['number'][-4:]}", Decimal(one["current"])


def row_told(one: dict[str, Any]) -> tuple[object, ...]:
    amount, units = Decimal(one["amount"]), Decimal(one["quantity"] or 0)
    return one["booked_on"], amount, one["status"], one["type"], one["subtype"], units


def holding_told(one: dict[str, Any]) -> tuple[object, ...]:
    numbers = [Decimal(one[name]) for name in ("quantity", "market_value", "cost_basis_total")]
    return one["symbol"], one["side"], *numbers


async def test_a_denied_consent_is_explained_and_can_be_given_again(town: Town, bank: Sandbox, browser: Chrome) -> None:
    person, customer = await town.person(), bank.customer("schwab")
    started = await begun(person)
    browser.get(started.authorization_url or "")
    answer(browser, customer, "deny")
    see(browser, "The consent was not given", "Connect again", "Trace")
    refused = decoded(await person.get(f"/connections/{started.id}"), ConnectionView)
    assert (refused.status, refused.user_action) == ("failed", "renew")
    again = (await person.post(f"/connections/{started.id}/authorizations")).json()
    browser.get(again["authorization_url"])
    answer(browser, customer, "allow")
    see(browser, "Schwab is connected")
    assert decoded(await person.get(f"/connections/{started.id}"), ConnectionView).status == "active"


async def test_another_browser_can_neither_begin_nor_end_a_consent(town: Town, bank: Sandbox, browser: Chrome) -> None:
    person, customer = await town.person(), bank.customer("schwab")
    started = await begun(person)
    browser.get(started.authorization_url or "")
    browser.delete_all_cookies()  # as the bank's answer would come to another one
    answer(browser, customer, "allow")
    see(browser, "began in another browser", "Connect again")
    browser.get(started.authorization_url or "")
    see(browser, "opened in another browser", "Connect again")
    assert decoded(await person.get(f"/connections/{started.id}"), ConnectionView).status == "pending"


async def test_an_interrupted_demo_ends_without_a_word(environ: dict[str, str], folder: Path) -> None:
    with program(environ, folder / "demo-interrupted.log", "demo", "--once", "--port", str(free_port())) as running:
        await says(running, "with its data in")
        assert await interrupted(running) == 128 + signal.SIGINT, running.said
    assert running.said.strip().count("\n") == 0
