"""Alpaca's JSON, as much of it as is used. Numbers are strings there."""

from decimal import Decimal

import msgspec


class TradingAccount(msgspec.Struct):
    id: str
    account_number: str = ""
    currency: str = "USD"
    cash: Decimal | None = None
    equity: Decimal | None = None
    buying_power: Decimal | None = None


class HeldPosition(msgspec.Struct):
    symbol: str
    qty: Decimal
    side: str = "long"
    asset_class: str = ""
    cost_basis: Decimal | None = None
    market_value: Decimal | None = None
    current_price: Decimal | None = None


class Activity(msgspec.Struct):
    activity_type: str
    id: str
    transaction_time: str = ""
    date: str = ""
    price: Decimal | None = None
    qty: Decimal | None = None
    side: str = ""
    symbol: str = ""
    cusip: str = ""
    order_id: str = ""
    net_amount: Decimal | None = None
    description: str = ""
    status: str = ""
