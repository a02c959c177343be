"""SimpleFIN's JSON, both versions, as much of it as is used."""

from decimal import Decimal

import msgspec


class Organization(msgspec.Struct):
    name: str | None = None
    domain: str | None = None
    id: str | None = None


class Holding(msgspec.Struct):
    id: str = ""
    currency: str = ""
    cost_basis: Decimal | None = None
    description: str = ""
    market_value: Decimal | None = None
    shares: Decimal = Decimal(0)
    symbol: str = ""


class Account(msgspec.Struct):
    id: str
    name: str = ""
    currency: str = ""
    balance: Decimal | None = None
    available_balance: Decimal | None = msgspec.field(name="available-balance", default=None)
    balance_date: int = msgspec.field(name="balance-date", default=0)
    transactions: list[msgspec.Raw] = []
    holdings: list[Holding] = []
    org: Organization | None = None
    conn_id: str | None = None


class Connection(msgspec.Struct):
    conn_id: str
    name: str | None = None
    org_name: str | None = None


class Trouble(msgspec.Struct):
    """An entry of version 2's `errlist`; some servers say `message`."""

    code: str = "gen."
    msg: str = ""
    message: str = ""
    conn_id: str | None = None
    account_id: str | None = None


class AccountSet(msgspec.Struct):
    accounts: list[Account]
    errors: list[str] = []
    errlist: list[Trouble] | None = None
    connections: list[Connection] = []


class Row(msgspec.Struct):
    id: str
    amount: Decimal
    posted: int = 0
    description: str = ""
    transacted_at: int | None = None
    pending: bool = False
    payee: str | None = None
    memo: str | None = None
