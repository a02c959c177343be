"""A user at the bank simulator in this process: real wire formats and database, and any time one likes."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import asyncpg
import httpx
import msgspec
from litestar import Litestar

from app.application.connections.complete_authorization import CompleteAuthorization
from app.application.connections.create_connection import CreateConnection
from app.application.connections.get_connection import GetConnection
from app.application.connections.open_authorization import OpenAuthorization
from app.application.connections.renew_connection import RenewConnection
from app.application.syncs.create_sync import CreateSync
from app.application.syncs.get_sync import GetSync
from app.application.syncs.run import SyncRun
from app.application.syncs.views import SyncView
from app.core.ids import ConnectionId, SyncId, UserId
from app.core.result import Success
from app.domain.connections.sync import SyncState
from app.sandbox.bank import Bank, Customer
from app.sandbox.cast import customer_of, live
from app.sandbox.scenarios import play
from app.sandbox.truth import credentials_of, truth_of

BASE = "http://127.0.0.1:8900"
BROWSER = "b" * 43
OAUTH = frozenset({"schwab", "plaid"})
UNREAD_DAYS_MAX = 250
OVERLAP = timedelta(days=10)  # the bank changes no older rows than a next reading looks at
SHOWN = """
    select k.provider_account_id, t.booked_on::text, t.amount, t.status, t.type, t.subtype
    from transactions as t
    join connection_accounts as k on k.account_id = t.account_id and k.provider_account_id = any($2)
    where t.user_id = $1 and t.status <> 'removed'
"""
HELD = """
    select k.provider_account_id, h.symbol, h.quantity * case h.side when 'short' then -1 else 1 end from holdings as h
    join connection_accounts as k on k.account_id = h.account_id and k.provider_account_id = any($2)
    where h.user_id = $1
"""


@dataclass
class BankClock:
    """Implements `Clock`: it is as late as at the bank."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Wire(httpx.AsyncBaseTransport):
    """Leads to the bank; `die_at` counts requests down to one at which the worker dies."""

    application: Litestar
    die_at: int = 0
    asked: int = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.die_at:
            self.die_at -= 1
            if not self.die_at:
                raise asyncio.CancelledError
        transport = httpx.ASGITransport(self.application)  # type: ignore[arg-type]  # it calls it as ASGI says
        return await transport.handle_async_request(request)


type BankTools = tuple[SyncRun, asyncpg.Pool, Wire, BankClock]


@dataclass
class Script:
    """What happens between a customer, the bank and Dashtam."""

    run: SyncRun
    pool: asyncpg.Pool
    wire: Wire
    clock: BankClock
    user_id: UserId
    slug: str
    bank: Bank = field(default_factory=lambda: Bank(history_days=25))
    unread_days: int = 0
    connection_id: ConnectionId = ConnectionId(UUID(int=0))  # noqa: RUF009  # it stands until it is connected

    @property
    def customer(self) -> Customer:
        return customer_of(self.bank, self.slug, "somebody")

    async def does(self, message: Any) -> Any:
        result = await self.run.send(message, self.user_id)
        assert isinstance(result, Success), result
        return result.value

    async def connect(self) -> None:
        self.wire.application.state.bank = self.bank
        self.clock.ahead = timedelta(0)
        self.customer.page_rows = 9
        await self._consent(lambda typed: CreateConnection(provider_slug=self.slug, credentials=typed))

    async def renew(self) -> None:
        await self._consent(lambda typed: RenewConnection(connection_id=self.connection_id, credentials=typed))

    async def _consent(self, asking: Any) -> None:
        """Type credentials in, or go to the bank's page and come back."""
        typed = None if self.slug in OAUTH else credentials_of(self.bank, self.slug, "somebody", BASE)
        started = await self.does(asking(typed))
        self.connection_id = ConnectionId(started.id)
        if typed is None:
            link = started.authorization_url.rpartition("/")[2]
            there = await self.does(OpenAuthorization(link=link, browser=BROWSER))
            fields = dict(parse_qsl(urlsplit(there.url).query)) | {"customer": "somebody", "answer": "allow"}
            async with httpx.AsyncClient(transport=self.wire) as browser:
                sent = await browser.post(there.url.partition("?")[0], data=fields)
            back = dict(parse_qsl(urlsplit(sent.headers["location"]).query))
            await self.does(CompleteAuthorization(provider_slug=self.slug, fields=back, browser=BROWSER))

    def happens(self, scenario: str, number: int) -> None:
        """Something at the bank; what changes a row changes one of the last days."""
        first = self.customer.accounts[0]
        recent = [row for row in first.entries if row.units is None and row.at > self.bank.now - OVERLAP]
        if scenario in {"amended", "deleted", "mutation"} and not recent:
            return
        play(
            scenario, self.bank, self.customer, {"row": number % max(len(recent), 1), "times": number, "count": number}
        )

    def time_passes(self, days: int) -> None:
        """But not more days without a reading than the institution's history goes back."""
        if self.unread_days + days > UNREAD_DAYS_MAX:
            return
        self.unread_days += days
        before = self.bank.now.date()
        self.bank.travel(timedelta(days=days))
        self.clock.ahead += timedelta(days=days)
        for account in self.customer.accounts:
            live(self.bank, self.customer, account, [before + timedelta(days=number) for number in range(days)])

    async def sync(self, *, dies_at: int = 0) -> SyncView:
        """Ask for a sync and run it; a worker that dies is followed by another."""
        sync_id = SyncId((await self.does(CreateSync(connection_id=self.connection_id))).id)
        self.wire.die_at = dies_at
        try:
            await self.run(sync_id)
        except asyncio.CancelledError:
            await self.run(sync_id)
        self.wire.die_at = 0
        done = msgspec.json.decode(await self.does(GetSync(sync_id=sync_id)), type=SyncView)
        if done.state is SyncState.SUCCEEDED:
            self.unread_days = 0
        return done

    async def is_open(self) -> bool:
        status = (await self.does(GetConnection(connection_id=self.connection_id))).status
        return bool(status == "active")

    async def shown(self) -> tuple[list[Any], list[Any]]:
        """Rows and holdings as the ledger has them."""
        names = [one.id for one in self.customer.accounts]
        rows = await self.pool.fetch(SHOWN, self.user_id, names)
        held = await self.pool.fetch(HELD, self.user_id, names)
        return sorted(map(tuple, rows)), sorted(map(tuple, held))

    def truth(self) -> tuple[list[Any], list[Any]]:
        """Rows and holdings as the bank has them."""
        told = truth_of(self.customer)
        kept = ("account_id", "booked_on", "amount", "status", "type", "subtype")
        rows = [
            tuple(Decimal(row[name]) if name == "amount" else row[name] for name in kept)
            for row in told["transactions"]
        ]
        signs = {"long": 1, "short": -1}
        held = [
            (one["account_id"], one["symbol"], signs[one["side"]] * Decimal(one["quantity"]))
            for one in told["holdings"]
        ]
        return sorted(rows), sorted(held)
