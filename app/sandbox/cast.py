"""Who is there: customers come into being, with accounts and a history, when they are first named.

A name like `crowd-7x500` has two accounts of 500 rows each and nothing else; `v1-…` is served by SimpleFIN's version 1.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from app.sandbox.bank import Account, Bank, Customer, Entry, Position

PAGE_ROWS, CROWD_PAGE_ROWS = 100, 500  # of Plaid, whose real pages have up to 500
_CROWD = re.compile(r"[a-z0-9-]*x(\d{1,5})")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")

# Flavour: text, sign, least and most.
FLAVOURS: dict[str, tuple[str, int, int, int]] = {
    "deposit": ("ACH deposit", 1, 100, 2_000),
    "withdrawal": ("ACH withdrawal", -1, 50, 400),
    "wire": ("Wire received", 1, 500, 5_000),
    "buy": ("Bought shares", -1, 1, 1),
    "sell": ("Sold shares", 1, 1, 1),
    "dividend": ("Qualified Dividend", 1, 1, 60),
    "interest": ("Bank Interest", 1, 1, 9),
    "fee": ("ADR Mgmt Fee", -1, 1, 5),
    "tax": ("NRA Tax", -1, 1, 9),
    "payroll": ("ACME PAYROLL", 1, 1_500, 3_500),
    "purchase": ("CORNER GROCER 12", -1, 5, 120),
    "refund": ("REFUND CORNER GROCER", 1, 5, 30),
    "transfer": ("TRANSFER TO SAVINGS", -1, 50, 500),
    "earned": ("INTEREST PAID", 1, 1, 4),
    "charge": ("MONTHLY FEE", -1, 3, 12),
    "cash": ("ATM 0042", -1, 20, 200),
}
BROKER = ("buy", "buy", "sell", "dividend", "deposit", "withdrawal", "interest", "fee", "tax", "wire")
CHECKING = ("payroll", "purchase", "purchase", "purchase", "transfer", "earned", "charge", "cash")
CARD = ("purchase", "purchase", "purchase", "refund")
INVESTED = ("buy", "sell", "dividend", "deposit")
_ACCOUNTS: dict[str, tuple[tuple[str, str, str, str, tuple[str, ...]], ...]] = {
    # kind, name, number, opening, flavours
    "schwab": (
        ("MARGIN", "Margin", "44001122", "25000", BROKER),
        ("CASH", "Cash", "44001133", "8000", BROKER),
    ),
    "alpaca": (("trading", "Trading", "PA3700112", "40000", BROKER),),
    "simplefin": (
        ("checking", "Everyday Checking (1234)", "1234", "3000", CHECKING),
        ("card", "Platinum Visa Card (9876)", "9876", "0", CARD),
        ("brokerage", "Individual Brokerage (5555)", "5555", "12000", ("dividend",)),
    ),
    "plaid": (
        ("checking", "Plaid Checking", "0000", "2500", CHECKING),
        ("card", "Plaid Credit Card", "3333", "0", CARD),
        ("brokerage", "Plaid Brokerage", "5555", "20000", INVESTED),
    ),
}
PROVIDERS = tuple(_ACCOUNTS)
_SECURITIES = (("AAPL", "APPLE INC", "190.50"), ("VTI", "VANGUARD TOTAL STOCK MARKET", "251.20"))


def customer_of(bank: Bank, provider: str, name: str) -> Customer:
    """The customer of that name, made if there is none."""
    key = provider, name
    if known := bank.customers.get(key) or bank.crowd.get(key):
        return known
    sized = _CROWD.fullmatch(name)
    made = Customer(name=name, provider=provider, page_rows=CROWD_PAGE_ROWS if sized else PAGE_ROWS)
    for place, (kind, label, number, opening, flavours) in enumerate(_ACCOUNTS[provider]):
        if sized and place > 1:
            break
        made.accounts.append(
            Account(
                id=_id(bank, provider, name, str(place)),
                name=label,
                kind=kind,
                number=f"{number}{_digits(bank, provider, name, kind)}" if provider in {"schwab", "alpaca"} else number,
                currency="USD",
                opening=Decimal(opening),
            ),
        )
        days = [bank.now.date() - timedelta(days=ago) for ago in range(bank.history_days, 0, -1)]
        if sized:
            days = [days[-1 - number % bank.history_days] for number in range(int(sized[1]) - 1, -1, -1)]
        live(bank, made, made.accounts[-1], sorted(days), flavours)
        if kind in {"MARGIN", "trading", "brokerage"}:
            made.accounts[-1].positions = [
                Position(symbol=symbol, name=full, units=Decimal(10), price=Decimal(price), cost=Decimal(price) * 9)
                for symbol, full, price in _SECURITIES
            ]
    return bank.keep(made, is_crowd=sized is not None)


def live(bank: Bank, customer: Customer, account: Account, days: list[date], flavours: tuple[str, ...] = ()) -> None:
    """Let days pass: one row a day."""
    chosen = flavours or next(row[4] for row in _ACCOUNTS[customer.provider] if row[0] == account.kind)
    rng = Random(f"{bank.seed}/{customer.provider}/{customer.name}/{account.id}/{days[0] if days else ''}")  # noqa: S311  # a play
    for day in days:
        bank.add(account, drawn(customer, rng, day, rng.choice(chosen)))


def drawn(customer: Customer, rng: Random, day: date, flavour: str) -> Entry:
    """A row of a kind; brokers' late hours are the next day in UTC."""
    text, sign, least, most = FLAVOURS[flavour]
    hour = rng.choice((14, 15, 18, 19, 25 if customer.provider in {"schwab", "alpaca"} else 20))
    at = datetime.combine(day, time(), UTC) + timedelta(
        hours=hour, minutes=rng.randrange(60), seconds=rng.randrange(60)
    )
    customer.drawn += 1
    entry = Entry(
        id=_row_id(customer, rng, at),
        at=at,
        amount=sign * Decimal(rng.randrange(least * 100, most * 100 + 100)) / 100,
        flavour=flavour,
        text=text,
        born=0,
        changed=0,
    )
    if flavour in {"buy", "sell", "dividend", "fee", "tax"}:
        symbol, _, price = rng.choice(_SECURITIES)
        entry.symbol = symbol
        if flavour in {"buy", "sell"}:
            entry.price, entry.units = Decimal(price), Decimal(-sign * rng.randrange(1, 9))
            entry.fees = Decimal("0.65") if customer.provider != "alpaca" else Decimal(0)
            entry.amount = -entry.units * entry.price - entry.fees
    return entry


def _row_id(customer: Customer, rng: Random, at: datetime) -> str:
    if customer.provider == "alpaca":
        return f"{at:%Y%m%d%H%M%S}{customer.drawn % 1000:03}::{UUID(int=rng.getrandbits(128))}"
    if customer.provider == "schwab":
        return f"{rng.randrange(10**10, 10**11)}"
    return f"TRN-{rng.getrandbits(64):016x}"


def _id(bank: Bank, *parts: str) -> str:
    return bank.secret("account", *parts)


def _digits(bank: Bank, *parts: str) -> str:
    return f"{int(bank.secret(*parts), 16) % 10_000:04}"
