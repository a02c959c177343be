"""Plaid's JSON, as much of it as is used. Amounts are positive when money goes out."""

from decimal import Decimal

import msgspec


class Refusal(msgspec.Struct):
    error_type: str = ""
    error_code: str = ""


class LinkToken(msgspec.Struct):
    link_token: str
    hosted_link_url: str = ""


class ItemAdded(msgspec.Struct):
    public_token: str = ""


class LinkResults(msgspec.Struct):
    item_add_results: list[ItemAdded] = []


class LinkSession(msgspec.Struct):
    finished_at: str | None = None
    results: LinkResults | None = None
    on_success: ItemAdded | None = None


class LinkState(msgspec.Struct):
    link_sessions: list[LinkSession] | None = None


class Exchanged(msgspec.Struct):
    access_token: str
    item_id: str


class Item(msgspec.Struct):
    item_id: str = ""
    consent_expiration_time: str | None = None
    products: list[str] = []
    billed_products: list[str] = []
    consented_products: list[str] | None = None


class ItemAnswer(msgspec.Struct):
    item: Item


class Balances(msgspec.Struct):
    available: Decimal | None = None
    current: Decimal | None = None
    iso_currency_code: str | None = None
    unofficial_currency_code: str | None = None
    last_updated_datetime: str | None = None


class Account(msgspec.Struct):
    account_id: str
    name: str = ""
    official_name: str | None = None
    mask: str | None = None
    type: str = ""
    subtype: str | None = None
    balances: Balances = msgspec.field(default_factory=Balances)


class AccountsAnswer(msgspec.Struct):
    accounts: list[Account]


class Category(msgspec.Struct):
    primary: str = ""
    detailed: str = ""


class Transaction(msgspec.Struct):
    transaction_id: str
    account_id: str
    amount: Decimal
    date: str
    iso_currency_code: str | None = None
    datetime: str | None = None
    authorized_date: str | None = None
    name: str | None = None
    merchant_name: str | None = None
    original_description: str | None = None
    pending: bool = False
    pending_transaction_id: str | None = None
    personal_finance_category: Category | None = None
    check_number: str | None = None
    transaction_code: str | None = None


class Removed(msgspec.Struct):
    transaction_id: str
    account_id: str | None = None


class SyncAnswer(msgspec.Struct):
    next_cursor: str
    has_more: bool = False
    added: list[msgspec.Raw] = []
    modified: list[msgspec.Raw] = []
    removed: list[Removed] = []
    accounts: list[Account] = []


class Security(msgspec.Struct):
    security_id: str
    isin: str | None = None
    cusip: str | None = None
    ticker_symbol: str | None = None
    name: str | None = None
    type: str | None = None
    is_cash_equivalent: bool | None = None


class Holding(msgspec.Struct):
    account_id: str
    security_id: str
    quantity: Decimal
    institution_price: Decimal | None = None
    institution_price_as_of: str | None = None
    institution_value: Decimal | None = None
    cost_basis: Decimal | None = None
    iso_currency_code: str | None = None
    unofficial_currency_code: str | None = None


class HoldingsAnswer(msgspec.Struct):
    accounts: list[Account]
    holdings: list[Holding] = []
    securities: list[Security] = []


class InvestmentTransaction(msgspec.Struct):
    investment_transaction_id: str
    account_id: str
    amount: Decimal
    date: str
    cancel_transaction_id: str | None = None
    security_id: str | None = None
    name: str = ""
    quantity: Decimal | None = None
    price: Decimal | None = None
    fees: Decimal | None = None
    type: str = ""
    subtype: str = ""


class InvestmentsAnswer(msgspec.Struct):
    investment_transactions: list[msgspec.Raw] = []
    securities: list[Security] = []
    total_investment_transactions: int = 0
