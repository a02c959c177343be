"""Connecting and syncing over HTTP, as users do."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from app.application.connections.views import ConnectionStarted, ConnectionView
from app.application.syncs.views import SyncPage, SyncView
from tests.answers import decoded
from tests.people import Person
from tests.sandbox import SandboxCustomer
from tests.waiting import until


async def connected(person: Person, customer: SandboxCustomer) -> ConnectionView:
    """The person's connection to what the customer has, made as a user makes it."""
    typed = (await customer.truth())["credentials"] if customer.slug not in {"schwab", "plaid"} else None
    body: dict[str, Any] = {"provider_slug": customer.slug} | ({"credentials": typed} if typed else {})
    started = decoded(await person.post("/connections", **body), ConnectionStarted, 201)
    if started.authorization_url:
        await consented(person, customer, started.authorization_url)
    view = decoded(await person.get(f"/connections/{started.id}"), ConnectionView)
    assert view.status == "active"
    return view


async def consented(person: Person, customer: SandboxCustomer, url: str) -> None:
    """Go to the bank and come back, in one browser."""
    async with httpx.AsyncClient(base_url=person.client.base_url, trust_env=False) as browser:
        start = await browser.get(urlsplit(url).path)
        assert start.status_code == 302, start.text
        fields = await customer.consent(start.headers["location"])
        back = f"/oauth/{customer.slug}/callback"
        async with httpx.AsyncClient(base_url=person.client.base_url, trust_env=False) as thief:
            assert (await thief.get(back, params=fields)).status_code == 403
        done = await browser.get(back, params=fields)
        assert done.status_code == 200, done.text
        assert person.email in done.text
        assert (await browser.get(back, params=fields)).status_code == 403


async def synced(person: Person, connection_id: object) -> SyncView:
    """A sync that has ended."""
    asked = decoded(await person.post("/syncs", connection_id=str(connection_id)), SyncView, 201)
    return await ended(person, asked.id)


async def ended(person: Person, sync_id: UUID) -> SyncView:
    done: SyncView | None = None

    async def has_ended() -> bool:
        nonlocal done
        done = decoded(await person.get(f"/syncs/{sync_id}"), SyncView)
        return done.finished_at is not None

    await until(has_ended, "the sync's end")
    assert done
    return done


async def newest(person: Person, connection_id: UUID) -> SyncView:
    """The connection's newest sync, which Dashtam began by itself, when it has ended."""
    page = decoded(await person.get("/syncs"), SyncPage)
    return await ended(person, next(one.id for one in page.syncs if one.connection_id == connection_id))
