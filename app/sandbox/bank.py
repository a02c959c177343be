"""What is true at the bank: customers, accounts, rows, positions, and what time it is there."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import count
from zoneinfo import ZoneInfo

CROWD_MAX = 64  # customers of a crowd are made again when they are asked for again
NEW_YORK = ZoneInfo("America/New_York")
OPTION_MULTIPLIER = 100


@dataclass(slots=True, kw_only=True)
class Entry:
    """A row. `flavour` is what happened; `born` and `changed` count the bank's changes; times are UTC."""

    id: str
    at: datetime
    amount: Decimal
    flavour: str
    text: str
    born: int
    changed: int
    pending: bool = False
    pending_id: str | None = None
    symbol: str | None = None
    units: Decimal | None = None
    price: Decimal | None = None
    fees: Decimal = Decimal(0)


@dataclass(slots=True, kw_only=True)
class Position:
    """`units` are negative when short; `asset` is equity or option."""

    symbol: str
    name: str
    units: Decimal
    price: Decimal
    cost: Decimal
    asset: str = "equity"

    @property
    def value(self) -> Decimal:
        return self.units * self.price * (OPTION_MULTIPLIER if self.asset == "option" else 1)


@dataclass(slots=True, kw_only=True)
class Account:
    id: str
    name: str
    kind: str
    number: str
    currency: str
    opening: Decimal
    entries: list[Entry] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    removed: list[tuple[int, str]] = field(default_factory=list)
    failing: bool = False

    @property
    def cash(self) -> Decimal:
        return self.opening + sum((row.amount for row in self.entries if not row.pending), Decimal(0))

    @property
    def value(self) -> Decimal:
        return self.cash + sum((held.value for held in self.positions), Decimal(0))


@dataclass(slots=True, kw_only=True)
class Fault:
    """What the next answers are instead."""

    kind: str
    times: int
    wait: str = ""
    over: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True, kw_only=True)
class Customer:
    """Somebody with accounts at one provider. `consent` counts the consents that were ended."""

    name: str
    provider: str
    page_rows: int
    accounts: list[Account] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    consent: int = 0
    revoked: bool = False
    tokens: int = 0  # access tokens numbered below are dead
    pages_short: bool = False
    requests: int = 0
    drawn: int = 0

    def account(self, account_id: str) -> Account | None:
        return next((one for one in self.accounts if one.id == account_id), None)


class Bank:
    """All of it. Deterministic by its seed and the days it is asked about."""

    def __init__(self, seed: int = 1, days_behind: int = 0, history_days: int = 200) -> None:
        self.seed = seed
        self.history_days = history_days
        self._offset = -timedelta(days=days_behind)
        self.customers: dict[tuple[str, str], Customer] = {}
        self.crowd: OrderedDict[tuple[str, str], Customer] = OrderedDict()
        self.changes = count(1)
        self.numbers = count(1)
        self.codes: dict[str, dict[str, str]] = {}
        self.claimed: set[str] = set()
        self.verifiers: set[str] = set()
        self.links: dict[str, dict[str, str]] = {}

    @property
    def now(self) -> datetime:
        return (datetime.now(UTC) + self._offset).replace(microsecond=0)

    def travel(self, span: timedelta) -> None:
        self._offset += span

    def secret(self, *parts: str) -> str:
        """What only the bank and its customer know; the same for the same seed."""
        return sha256("/".join((str(self.seed), *parts)).encode()).hexdigest()[:32]

    def keep(self, customer: Customer, *, is_crowd: bool) -> Customer:
        key = customer.provider, customer.name
        if not is_crowd:
            self.customers[key] = customer
            return customer
        self.crowd[key] = customer
        if len(self.crowd) > CROWD_MAX:
            self.crowd.popitem(last=False)
        return customer

    def add(self, account: Account, entry: Entry) -> Entry:
        """Book a new row."""
        entry.born = entry.changed = next(self.changes)
        account.entries.append(entry)
        return entry

    def remove(self, account: Account, entry: Entry) -> None:
        account.entries.remove(entry)
        account.removed.append((next(self.changes), entry.id))


def booked_on(entry: Entry, provider: str) -> date:
    """The bank's calendar date: brokers' is New York's."""
    return entry.at.astimezone(NEW_YORK).date() if provider in {"schwab", "alpaca"} else entry.at.date()
