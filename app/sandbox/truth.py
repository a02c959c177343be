"""What a client should have in the end, in words of its own: type, subtype, sign, calendar date."""

import base64
from collections.abc import Iterator
from typing import Any

from app.sandbox.bank import Account, Bank, Customer, Entry, booked_on

# Flavour: type and subtype.
KINDS = {
    "deposit": "transfer/deposit",
    "withdrawal": "transfer/withdrawal",
    "wire": "transfer/wire_in",
    "buy": "trade/buy",
    "sell": "trade/sell",
    "short": "trade/short_sell",
    "cover": "trade/buy_to_cover",
    "option": "trade/buy",
    "expiry": "trade/expiration",
    "dividend": "income/dividend",
    "interest": "income/interest",
    "fee": "fee/other_fee",
    "tax": "fee/tax",
    "payroll": "income/direct_deposit",
    "purchase": "spending/purchase",
    "refund": "spending/refund",
    "transfer": "transfer/transfer_out",
    "earned": "income/interest",
    "charge": "fee/account_fee",
    "cash": "transfer/cash_withdrawal",
}
ACCOUNT_TYPES = {
    "MARGIN": "brokerage",
    "CASH": "brokerage",
    "trading": "brokerage",
    "brokerage": "brokerage",
    "checking": "checking",
    "card": "credit_card",
}


def truth_of(customer: Customer) -> dict[str, Any]:
    """Accounts, transactions and holdings; amounts as text, signed from the holder's side."""
    return {
        "accounts": [account_truth(one, customer) for one in customer.accounts],
        "transactions": [row_truth(row, one, customer) for one in customer.accounts for row in one.entries],
        "holdings": [
            {
                "account_id": one.id,
                "symbol": held.symbol,
                "side": "long" if held.units > 0 else "short",
                "quantity": str(abs(held.units)),
                "market_value": str(held.value),
                "cost_basis_total": str(held.cost),
            }
            for one in customer.accounts
            for held in one.positions
        ],
    }


def account_truth(account: Account, customer: Customer) -> dict[str, Any]:
    return {
        "id": account.id,
        "type": ACCOUNT_TYPES[account.kind],
        "currency": account.currency,
        "number": account.number if customer.provider in {"schwab", "alpaca"} else None,
        "current": str(account.value if account.kind != "checking" else account.cash),
        "has_holdings": bool(account.positions),
    }


def row_truth(row: Entry, account: Account, customer: Customer) -> dict[str, Any]:
    kind, _, sub = KINDS[row.flavour].partition("/")
    is_terse = customer.provider == "simplefin"  # it tells neither securities nor kinds, but what the text says
    if is_terse and row.flavour == "purchase" and account.kind != "card":
        sub = "payment"
    return {
        "id": row.id,
        "account_id": account.id,
        "booked_on": str(booked_on(row, customer.provider)),
        "amount": str(row.amount),
        "status": "pending" if row.pending else "posted",
        "type": kind,
        "subtype": sub,
        "symbol": None if is_terse else row.symbol,
        "quantity": None if is_terse or row.units is None else str(row.units),
        "pending_id": row.pending_id,
    }


def credentials_of(bank: Bank, provider: str, name: str, base_url: str) -> dict[str, str]:
    """What a user types in; those of OAuth type the customer's name on the bank's page."""
    if provider == "alpaca":
        return {"key_id": f"PK.{name}", "secret_key": bank.secret("alpaca", name)}
    if provider == "simplefin":
        claim = f"{base_url}/simplefin/claim/{name}.{next(bank.numbers)}"
        return {"setup_token": base64.b64encode(claim.encode()).decode()}
    return {"customer": name}


def words_of(bank: Bank, customer: Customer) -> Iterator[str]:
    """By what a customer's credentials and account numbers are known, wherever they are written down."""
    name = customer.name
    match customer.provider:
        case "alpaca":
            yield from (f"PK.{name}", bank.secret("alpaca", name))
        case "simplefin":
            yield from (f"/claim/{name}.", bank.secret("simplefin", name))
        case _:
            yield from (f"{kind}.{name}." for kind in ("access", "refresh", "public", "code"))
    if customer.provider in {"schwab", "alpaca"}:
        yield from (one.number for one in customer.accounts)
