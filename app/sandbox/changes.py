"""What can happen to rows, positions and accounts."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from random import Random

from app.sandbox.bank import Account, Bank, Customer, Entry, Position
from app.sandbox.cast import drawn

BROKERAGES = frozenset({"MARGIN", "CASH", "trading", "brokerage"})
OPTION = "AAPL270115C00200000"
type Options = Mapping[str, str | int]


def new_rows(bank: Bank, customer: Customer, options: Options) -> None:
    """Rows of today, on every account."""
    for account in customer.accounts:
        for _ in range(int(options.get("count", 3))):
            row = _row(bank, customer, account)
            if account.kind in BROKERAGES:
                row.flavour, row.text, row.amount = "dividend", "Qualified Dividend", abs(row.amount)
            bank.add(account, row)


def pending(bank: Bank, customer: Customer, _: Options) -> None:
    account = customer.accounts[0]
    row = _row(bank, customer, account)
    row.pending = True
    bank.add(account, row)


def pending_posted(bank: Bank, customer: Customer, _: Options) -> None:
    """What is pending becomes posted, a tip added: under a new id at Plaid, which names the old one, and SimpleFIN."""
    for account in customer.accounts:
        for row in [row for row in account.entries if row.pending]:
            posted = Entry(**{name: getattr(row, name) for name in Entry.__slots__})
            posted.pending, posted.amount = False, row.amount + (1 if row.amount > 0 else -1) * Decimal("3.25")
            if customer.provider == "plaid":
                posted.id, posted.pending_id = f"{row.id}-posted", row.id
            elif customer.provider == "simplefin":
                posted.id = f"{row.id}-posted"
            if posted.id == row.id:
                account.entries.remove(row)
            else:
                bank.remove(account, row)
            bank.add(account, posted)


def amended(bank: Bank, customer: Customer, options: Options) -> None:
    row = _chosen(customer.accounts[0], options)
    row.amount, row.text, row.changed = row.amount + Decimal("1.11"), f"{row.text} corrected", next(bank.changes)


def deleted(bank: Bank, customer: Customer, options: Options) -> None:
    bank.remove(customer.accounts[0], _chosen(customer.accounts[0], options))


def same_id_twice(bank: Bank, customer: Customer, _: Options) -> None:
    """Two real rows to which the bank gave one id."""
    account = customer.accounts[0]
    first, second = _row(bank, customer, account), _row(bank, customer, account)
    second.id, second.amount = first.id, first.amount * 2
    bank.add(account, first)
    bank.add(account, second)


def rotated_ids(bank: Bank, customer: Customer, _: Options) -> None:
    """Schwab's account hashes, elsewhere the ids of rows, are others from now on."""
    for account in customer.accounts:
        if customer.provider == "schwab":
            account.id = bank.secret(account.id)
            continue
        if customer.provider == "plaid" and account.kind in BROKERAGES:
            continue  # investment transactions have no stream that could tell
        for row in list(account.entries):
            bank.remove(account, row)
            row.id = f"{row.id[:40]}~{next(bank.numbers)}"
            bank.add(account, row)


def shorts(bank: Bank, customer: Customer, _: Options) -> None:
    held = Position(symbol="TSLA", name="TESLA INC", units=Decimal(-3), price=Decimal(250), cost=Decimal(-720))
    _trade(bank, customer, "short", held, Decimal(240))


def options(bank: Bank, customer: Customer, _: Options) -> None:
    """Two contracts at 4.10 cost 820."""
    held = Position(
        symbol=OPTION, name="AAPL CALL", units=Decimal(2), price=Decimal("4.50"), cost=Decimal(820), asset="option"
    )
    _trade(bank, customer, "option", held, Decimal("4.10"))


def several_currencies(bank: Bank, customer: Customer, _: Options) -> None:
    """One more account, in euros."""
    nth = sum(account.currency == "EUR" for account in customer.accounts)
    opened = Account(
        id=bank.secret(f"euro{nth or ''}", customer.provider, customer.name),
        name=f"Euro Savings Checking ({7777 + nth})",
        kind="checking",
        number=f"{7777 + nth}",
        currency="EUR",
        opening=Decimal(900),
    )
    customer.accounts.append(opened)
    bank.add(opened, _row(bank, customer, opened))


def odd_currency(_: Bank, customer: Customer, __: Options) -> None:
    """The first account is in a money of its own."""
    odd = {"simplefin": "https://points.example/currency", "plaid": "POINTS"}
    customer.accounts[0].currency = odd[customer.provider]


def _row(bank: Bank, customer: Customer, account: Account) -> Entry:
    """A row of some minutes ago."""
    number = next(bank.numbers)
    rng = Random(f"{bank.seed}/{number}")  # noqa: S311  # a play
    flavour = "deposit" if account.kind in BROKERAGES else "purchase"
    row = drawn(customer, rng, bank.now.date(), flavour)
    row.at = bank.now - timedelta(minutes=5, seconds=number % 60)
    return row


def _chosen(account: Account, options: Options) -> Entry:
    """A posted row that is no trade, counted from the newest."""
    posted = sorted(
        (row for row in account.entries if not row.pending and row.units is None), key=lambda row: row.at, reverse=True
    )
    return posted[int(options.get("row", 1)) % len(posted)]


def _brokerage(customer: Customer) -> Account:
    return next(one for one in customer.accounts if one.kind in BROKERAGES)


def _trade(bank: Bank, customer: Customer, flavour: str, held: Position, price: Decimal) -> None:
    """A position opened; SimpleFIN tells no trades."""
    account = _brokerage(customer)
    account.positions.append(held)
    if customer.provider != "simplefin":
        row = _row(bank, customer, account)
        row.flavour, row.text, row.symbol = flavour, f"{flavour} {held.symbol}", held.symbol
        row.units, row.price, row.amount = held.units, price, -held.cost
        bank.add(account, row)
