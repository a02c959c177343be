"""Plaid's investments, as far as Dashtam uses them."""

from typing import Any

from litestar import post

from app.sandbox.answers import Asking
from app.sandbox.bank import Account, Entry
from app.sandbox.plaid import asked, opened, refusal, told

KINDS = {
    "buy": "buy/buy",
    "option": "buy/buy",
    "sell": "sell/sell",
    "short": "sell/sell short",
    "cover": "buy/buy to cover",
    "dividend": "cash/dividend",
    "deposit": "cash/deposit",
    "expiry": "transfer/expire",
}


@post("/plaid/investments/holdings/get", status_code=200)
async def holdings(request: Asking) -> dict[str, Any]:
    customer = await opened(request, await asked(request))
    held = [(one, position) for one in invested(customer.accounts) for position in one.positions]
    kinds = {"equity": "equity", "option": "derivative"}
    return {
        "accounts": [told(one) for one in customer.accounts],
        "holdings": [
            {
                "account_id": one.id,
                "security_id": f"sec-{position.symbol}",
                "quantity": float(position.units),
                "institution_price": float(position.price),
                "institution_value": float(position.value),
                "cost_basis": float(position.cost),
                "iso_currency_code": one.currency,
            }
            for one, position in held
        ],
        "securities": [
            security(position.symbol, position.name) | {"type": kinds[position.asset]} for _, position in held
        ],
    }


@post("/plaid/investments/transactions/get", status_code=200)
async def transactions(request: Asking) -> dict[str, Any]:
    body = await asked(request)
    customer = await opened(request, body)
    options = body.get("options", {})
    count, offset = min(int(options.get("count", 100)), 500), int(options.get("offset", 0))
    accounts = invested(customer.accounts)
    if not accounts:
        raise refusal("ITEM_ERROR", "NO_INVESTMENT_ACCOUNTS")
    found = [(one, row) for one in accounts for row in one.entries]
    found = [(one, row) for one, row in found if body["start_date"] <= str(row.at.date()) <= body["end_date"]]
    found.sort(key=lambda pair: (pair[1].at, pair[1].id), reverse=True)
    page = found[offset : offset + (count // 10 if customer.pages_short else count)]
    return {
        "accounts": [told(one) for one in accounts],
        "investment_transactions": [row_told(row, one) for one, row in page],
        "securities": [security(name, name) for name in sorted({row.symbol for _, row in page if row.symbol})],
        "total_investment_transactions": len(found),
    }


def invested(accounts: list[Account]) -> list[Account]:
    return [one for one in accounts if one.kind == "brokerage"]


def security(symbol: str, name: str) -> dict[str, Any]:
    return {"security_id": f"sec-{symbol}", "ticker_symbol": symbol, "name": name, "type": "equity"}


def row_told(row: Entry, account: Account) -> dict[str, Any]:
    kind, _, subtype = KINDS[row.flavour].partition("/")
    return {
        "investment_transaction_id": row.id,
        "account_id": account.id,
        "security_id": f"sec-{row.symbol}" if row.symbol else None,
        "date": str(row.at.date()),
        "name": row.text,
        "quantity": float(row.units or 0),
        "amount": float(-row.amount),
        "price": float(row.price or 0),
        "fees": float(row.fees),
        "type": kind,
        "subtype": subtype,
    }


ROUTES = [holdings, transactions]
