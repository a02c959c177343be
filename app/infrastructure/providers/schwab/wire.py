"""Schwab's JSON, as much of it as is used. Liberal: everything that may be missing has a default."""

from decimal import Decimal

import msgspec

from app.domain.ledger.security import AssetClass


class Wire(msgspec.Struct, rename="camel"):
    """Part of an answer."""


class TokenAnswer(msgspec.Struct):
    access_token: str
    expires_in: int = 1800
    refresh_token: str = ""


class TokenRefusal(msgspec.Struct):
    error: str = ""


class AccountNumber(Wire):
    account_number: str
    hash_value: str


class Instrument(Wire):
    asset_type: str = ""
    symbol: str = ""
    cusip: str = ""
    description: str = ""
    type: str = ""


class HeldPosition(Wire):
    instrument: Instrument
    long_quantity: Decimal = Decimal(0)
    short_quantity: Decimal = Decimal(0)
    average_price: Decimal | None = None
    market_value: Decimal | None = None


class Balances(Wire):
    liquidation_value: Decimal | None = None
    cash_balance: Decimal | None = None
    available_funds: Decimal | None = None
    cash_available_for_trading: Decimal | None = None


class SecuritiesAccount(Wire):
    account_number: str
    type: str = ""
    positions: list[HeldPosition] = []
    current_balances: Balances = msgspec.field(default_factory=Balances)


class AccountEnvelope(Wire):
    securities_account: SecuritiesAccount


class TransferItem(Wire):
    instrument: Instrument = msgspec.field(default_factory=Instrument)
    amount: Decimal = Decimal(0)
    cost: Decimal | None = None
    price: Decimal | None = None
    fee_type: str = ""
    position_effect: str = ""


class Activity(Wire):
    activity_id: int | str
    type: str
    time: str = ""
    trade_date: str = ""
    settlement_date: str = ""
    status: str = "VALID"
    description: str = ""
    net_amount: Decimal = Decimal(0)
    order_id: int | str | None = None
    transfer_items: list[TransferItem] = []


ASSETS = {
    "EQUITY": AssetClass.EQUITY,
    "STOCK": AssetClass.EQUITY,
    "ETF": AssetClass.ETF,
    "MUTUAL_FUND": AssetClass.MUTUAL_FUND,
    "COLLECTIVE_INVESTMENT": AssetClass.ETF,  # how Schwab lists exchange-traded funds
    "OPTION": AssetClass.OPTION,
    "FIXED_INCOME": AssetClass.FIXED_INCOME,
    "BOND": AssetClass.FIXED_INCOME,
    "CASH_EQUIVALENT": AssetClass.CASH_EQUIVALENT,
    "MONEY_MARKET": AssetClass.CASH_EQUIVALENT,
    "CURRENCY": AssetClass.CASH_EQUIVALENT,
    "FUTURE": AssetClass.FUTURES,
    "FUTURES": AssetClass.FUTURES,
    "CRYPTO": AssetClass.CRYPTOCURRENCY,
}
CASH = "CURRENCY"


def asset_class(instrument: Instrument) -> AssetClass:
    """What an instrument is; indices, forex and whatever comes next are other."""
    if instrument.type == "EXCHANGE_TRADED_FUND":
        return AssetClass.ETF
    return ASSETS.get(instrument.asset_type.upper(), AssetClass.OTHER)
