"""What opens accounts at institutions is written down nowhere, whatever was done with it and however it failed.

Everything is searched that the whole suite has written until here, for the secrets of all customers of its bank.
"""

from pathlib import Path

import asyncpg
import httpx

from app.application.connections.views import ConnectionStarted, ConnectionView
from tests.answers import decoded, problem
from tests.banking import connected, consented, newest, synced
from tests.people import Person, Town
from tests.running import METRICS_TOKEN
from tests.sandbox import Sandbox, SandboxCustomer
from tests.secrecy import written_down

SLUGS = ("schwab", "alpaca", "simplefin", "plaid")


async def refused(person: Person, customer: SandboxCustomer) -> None:
    """Connect with what is wrong."""
    if customer.slug in {"alpaca", "simplefin"}:
        typed = {name: value[:-1] + "_" for name, value in (await customer.truth())["credentials"].items()}
        answer = await person.post("/connections", provider_slug=customer.slug, credentials=typed)
        problem(answer, 400, "credentials_refused")


async def renewed(person: Person, customer: SandboxCustomer, connection_id: object) -> None:
    await customer.play("healed")
    typed = {"credentials": (await customer.truth())["credentials"]} if customer.slug in {"alpaca", "simplefin"} else {}
    started = decoded(
        await person.post(f"/connections/{connection_id}/authorizations", **typed), ConnectionStarted, 201
    )
    if started.authorization_url:
        await consented(person, customer, started.authorization_url)


async def lives(person: Person, customer: SandboxCustomer) -> None:
    """Connect, sync, fail, refresh, renew, disconnect."""
    await refused(person, customer)
    connection = await connected(person, customer)
    assert (await newest(person, connection.id)).state == "succeeded"
    await customer.play("garbage")
    assert (await synced(person, connection.id)).state == "failed"
    if customer.slug == "schwab":
        await person.post(f"/connections/{connection.id}/token-refreshes")
    await customer.play("revoked_consent")
    assert (await synced(person, connection.id)).state == "failed"
    shown = decoded(await person.get(f"/connections/{connection.id}"), ConnectionView)
    assert shown.user_action == "renew"
    await renewed(person, customer, connection.id)
    assert (await newest(person, connection.id)).state == "succeeded"
    for path in ("/accounts", "/transactions", "/holdings", "/balance-snapshots", "/syncs", "/connections"):
        assert (await person.get(path)).is_success
    assert (await person.delete(f"/connections/{connection.id}")).is_success


async def test_no_secret_of_an_institution_is_written_down(
    bank_town: Town, sandbox: Sandbox, pool: asyncpg.Pool, folder: Path
) -> None:
    person = await bank_town.person()
    answers: list[str] = []

    async def note(answer: httpx.Response) -> None:
        answers.append(f"{answer.headers} {(await answer.aread()).decode()}")

    person.client.event_hooks["response"].append(note)
    for slug in SLUGS:
        await lives(person, sandbox.customer(slug))
    answers.append((await person.client.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})).text)
    async with httpx.AsyncClient(base_url=sandbox.base_url, trust_env=False) as bank:
        words = (await bank.get("/bank/secrets")).json()["words"]
    assert len(words) >= 5 * len(SLUGS)
    assert len(answers) > 10 * len(SLUGS)
    assert await written_down(pool, folder, words, *answers) == set()
    assert await written_down(pool, folder, [person.email])  # it finds what is there
