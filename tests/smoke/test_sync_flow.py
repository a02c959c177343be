"""Connecting and syncing as users do: a server, two workers and the bank simulator, each a process."""

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from app.application.connections.views import ConnectionView
from app.application.connections.warn_of_consents import WarnOfConsents
from app.application.syncs.views import SyncPage, SyncView
from tests.answers import decoded, problem
from tests.banking import connected, ended, newest, synced
from tests.conftest import Operate
from tests.mailbox import mails
from tests.people import Person, Town
from tests.running import METRICS_TOKEN
from tests.sandbox import Sandbox
from tests.secrecy import logs_with, tables_with
from tests.waiting import until

SLUGS = ("schwab", "alpaca", "simplefin", "plaid")


async def shown(person: Person) -> list[tuple[str, Decimal]]:
    """Rows of all accounts that stand."""
    rows = [row for account in await person.accounts() for row in await person.transactions(account.id)]
    return sorted((row.booked_on.isoformat(), row.amount.amount) for row in rows if row.status != "removed")


def told(truth: dict[str, Any]) -> list[tuple[str, Decimal]]:
    rows = truth["transactions"]
    return sorted((row["booked_on"], Decimal(row["amount"])) for row in rows)


@pytest.mark.parametrize("slug", SLUGS)
async def test_rows_equal_what_the_bank_has(
    bank_town: Town, sandbox: Sandbox, pool: asyncpg.Pool, slug: str, folder: Path
) -> None:
    person, customer = await bank_town.person(), sandbox.customer(slug)
    connection = await connected(person, customer)
    done = await synced(person, connection.id)
    assert done.state == "succeeded", done
    assert await shown(person) == told(await customer.truth())
    await customer.play("new_rows")
    if slug == "schwab":
        await customer.play("token_expiry")
    again = await synced(person, connection.id)
    assert again.state == "succeeded", again
    assert await shown(person) == told(await customer.truth())
    accounts = (await person.get(f"/connections/{connection.id}/accounts")).json()["accounts"]
    assert {account["freshness"]["state"] for account in accounts} == {"current"}
    assert {source["id"] for account in accounts for source in account["sources"]} == {str(connection.id)}
    metrics = (await person.client.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})).text
    assert f'dashtam_syncs_ended{{outcome="succeeded",provider="{slug}"}}' in metrics
    assert f'dashtam_connections{{provider="{slug}",status="active"}}' in metrics
    if slug in {"schwab", "plaid"}:
        return  # nothing was typed in but a name, on the bank's own page
    for secret in (await customer.truth())["credentials"].values():
        assert await tables_with(pool, secret) == []
        assert logs_with(folder, secret) == []


async def test_twenty_requests_at_several_servers_are_one_run(bank_towns: list[Town], sandbox: Sandbox) -> None:
    person, customer = await bank_towns[0].person(), sandbox.customer("alpaca")
    connection = await connected(person, customer)
    await synced(person, connection.id)
    before = (await customer.truth())["requests"]
    await synced(person, connection.id)
    a_run = (await customer.truth())["requests"] - before
    await customer.play("held")  # the run is still there when the last request comes
    doors = [person.at(town) for town in bank_towns]
    asked = [doors[number % 2].post("/syncs", connection_id=str(connection.id)) for number in range(20)]
    named = {decoded(answer, SyncView, 201).id for answer in await asyncio.gather(*asked)}
    assert len(named) == 1
    await customer.play("healed")
    await ended(person, named.pop())
    assert (await customer.truth())["requests"] == before + 2 * a_run


async def test_a_quota_that_is_used_up_says_when_to_come_back(
    bank_town: Town, sandbox: Sandbox, pool: asyncpg.Pool
) -> None:
    person = await bank_town.person()
    connection = await connected(person, sandbox.customer("simplefin"))
    await synced(person, connection.id)
    again = """insert into syncs (user_id, connection_id, kind, state, resources, force)
        select user_id, connection_id, kind, state, resources, force from syncs, generate_series(1, 4)
        where connection_id = $1"""
    await pool.execute(again, connection.id)
    refused = await person.post("/syncs", connection_id=str(connection.id))
    problem(refused, 429, "syncs_used_up")
    assert 0 < int(refused.headers["retry-after"]) <= 86_400


async def test_a_connection_that_hangs_leaves_others_on_time(bank_town: Town, sandbox: Sandbox) -> None:
    person = await bank_town.person()
    customers = [sandbox.customer(slug) for slug in ("alpaca", "alpaca", "simplefin")]
    connections = [await connected(person, customer) for customer in customers]
    for connection in connections:
        await newest(person, connection.id)
    await customers[0].play("held")
    hanging = decoded(await person.post("/syncs", connection_id=str(connections[0].id)), SyncView, 201)

    async def hangs() -> bool:
        return decoded(await person.get(f"/syncs/{hanging.id}"), SyncView).state == "running"

    await until(hangs, "the sync that is to hang")
    for connection in connections[1:]:
        assert (await synced(person, connection.id)).state == "succeeded"
    assert await hangs()  # the others began later, and ended first
    await customers[0].play("healed")
    assert (await ended(person, hanging.id)).state == "succeeded"


async def test_who_must_renew_a_consent_soon_is_written_to_once(
    bank_town: Town, sandbox: Sandbox, pool: asyncpg.Pool, operate: Operate
) -> None:
    person = await bank_town.person()
    connection = await connected(person, sandbox.customer("schwab"))
    await newest(person, connection.id)
    soon = "update connections set consent_expires_at = now() + interval '40 hours' where id = $1"
    await pool.execute(soon, connection.id)
    for _ in range(2):
        await operate(WarnOfConsents())
    view = decoded(await person.get(f"/connections/{connection.id}"), ConnectionView)
    assert (view.status, view.user_action) == ("active", "renew_soon")

    async def letters() -> list[str]:
        return [mail.text for mail in mails(bank_town.outbox, person.email) if "Renew the consent" in mail.subject]

    await until(letters, "the letter")
    [letter] = await letters()
    assert f"/api/v1/connections/{connection.id}/authorizations" in letter
    assert "schwab ends on" in letter


async def test_nobody_syncs_what_is_somebody_elses(
    bank_town: Town, sandbox: Sandbox, client: httpx.AsyncClient
) -> None:
    owner, other = await bank_town.person(), await bank_town.person()
    connection = await connected(owner, sandbox.customer("alpaca"))
    done = await synced(owner, connection.id)
    problem(await other.post("/syncs", connection_id=str(connection.id)), 404, "not_found")
    problem(await other.get(f"/syncs/{done.id}"), 404, "not_found")
    problem(await other.post("/syncs", connection_id="x"), 400, "invalid")
    problem(await client.post("/api/v1/syncs", json={"connection_id": str(connection.id)}), 401, "unauthorized")
    problem(await client.get("/api/v1/syncs"), 401, "unauthorized")
    assert decoded(await other.get("/syncs"), SyncPage).syncs == []
