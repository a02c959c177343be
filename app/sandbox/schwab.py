"""Schwab's Trader API, as far as Dashtam uses it."""

import base64
import binascii
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from litestar import get, post

from app.sandbox.answers import Asking, Refusal, bank_of, named, served
from app.sandbox.bank import NEW_YORK, Account, Bank, Customer, Entry
from app.sandbox.consent import proven

CLIENT_ID, CLIENT_SECRET = "sandbox-schwab", "sandbox-schwab-secret"
ACCESS_SECONDS, CONSENT_DAYS = 1800, 7
ROWS_MAX = 3_000
TOKEN_PARTS = 5  # kind.customer.consent.number.expiry
TYPES = {
    "deposit": "ACH_RECEIPT",
    "withdrawal": "ACH_DISBURSEMENT",
    "wire": "WIRE_IN",
    **dict.fromkeys(("dividend", "interest", "fee", "tax"), "DIVIDEND_OR_INTEREST"),
    **dict.fromkeys(("buy", "sell", "short", "cover", "option"), "TRADE"),
    "expiry": "RECEIVE_AND_DELIVER",
}
EFFECTS = {"buy": "OPENING", "option": "OPENING", "short": "OPENING", "sell": "CLOSING", "cover": "CLOSING"}


@post("/schwab/v1/oauth/token", status_code=200)
async def token(request: Asking) -> dict[str, Any]:
    bank, form = bank_of(request), await request.form()
    if request.headers.get("authorization", "") != basic(CLIENT_ID, CLIENT_SECRET):
        raise Refusal(401, {"error": "invalid_client"})
    if form.get("grant_type") == "refresh_token":
        customer, ends = refreshing(request, form.get("refresh_token", ""))
        await served(request, customer)
    else:
        known = proven(bank, form, CLIENT_ID)
        customer = named(request, "schwab", known["customer"])
        customer.revoked = False
        ends = int((bank.now + timedelta(days=CONSENT_DAYS)).timestamp())
    return issued(bank, customer, ends)


def issued(bank: Bank, customer: Customer, ends: int) -> dict[str, Any]:
    number = next(bank.numbers)
    expires = int((bank.now + timedelta(seconds=ACCESS_SECONDS)).timestamp())
    return {
        "expires_in": ACCESS_SECONDS,
        "token_type": "Bearer",
        "scope": "api",
        "refresh_token": f"refresh.{customer.name}.{customer.consent}.{number}.{ends}",
        "access_token": f"access.{customer.name}.{customer.consent}.{number}.{expires}",
    }


def refreshing(request: Asking, said: str) -> tuple[Customer, int]:
    customer, ends = bearer(request, said, "refresh")
    if customer is None:
        raise Refusal(400, {"error": "unsupported_token_type", "error_description": "refresh token invalid"})
    return customer, ends


def bearer(request: Asking, said: str, kind: str) -> tuple[Customer | None, int]:
    """Whose token it is, if it is good."""
    parts = said.split(".")
    if len(parts) != TOKEN_PARTS or parts[0] != kind:
        return None, 0
    customer, number, ends = named(request, "schwab", parts[1]), int(parts[3]), int(parts[4])
    is_good = int(parts[2]) == customer.consent and not customer.revoked and ends > bank_of(request).now.timestamp()
    is_good &= kind == "refresh" or number >= customer.tokens
    return (customer if is_good else None), ends


async def let_in(request: Asking) -> Customer:
    customer, _ = bearer(request, request.headers.get("authorization", "").removeprefix("Bearer "), "access")
    if customer is None:
        raise Refusal(401, {"errors": [{"status": 401, "title": "Unauthorized"}]})
    await served(request, customer)
    return customer


@get("/schwab/trader/v1/accounts/accountNumbers")
async def account_numbers(request: Asking) -> list[dict[str, str]]:
    customer = await let_in(request)
    return [{"accountNumber": one.number, "hashValue": one.id} for one in customer.accounts]


@get("/schwab/trader/v1/accounts")
async def accounts(request: Asking) -> list[dict[str, Any]]:
    customer = await let_in(request)
    with_positions = request.query_params.get("fields") == "positions"
    return [{"securitiesAccount": told(one, with_positions)} for one in customer.accounts]


def told(account: Account, with_positions: bool) -> dict[str, Any]:
    balances = {"liquidationValue": float(account.value), "cashBalance": float(account.cash)}
    whole: dict[str, Any] = {"type": account.kind, "accountNumber": account.number, "currentBalances": balances}
    if with_positions:
        whole["positions"] = [
            {
                "longQuantity": float(max(held.units, Decimal(0))),
                "shortQuantity": float(max(-held.units, Decimal(0))),
                "averagePrice": float(held.cost / held.units / (100 if held.asset == "option" else 1)),
                "marketValue": float(held.value),
                "instrument": {"assetType": held.asset.upper(), "symbol": held.symbol, "description": held.name},
            }
            for held in account.positions
        ]
    return whole


@get("/schwab/trader/v1/accounts/{account_hash:str}/transactions")
async def transactions(request: Asking) -> list[dict[str, Any]]:
    customer, query = await let_in(request), request.query_params
    account = customer.account(request.path_params["account_hash"])
    if account is None:
        raise Refusal(404, {"message": "no such account"})
    try:
        starts_at, ends_at = (instant(query[name]) for name in ("startDate", "endDate"))
        wanted = set(query["types"].split(","))
    except (KeyError, ValueError):
        raise Refusal(400, {"message": "startDate, endDate and types are required"}) from None
    if ends_at - starts_at > timedelta(days=366):
        raise Refusal(400, {"message": "at most a year"})
    found = [row for row in account.entries if starts_at <= row.at <= ends_at and TYPES[row.flavour] in wanted]
    return [activity(row, account) for row in found[:ROWS_MAX]]


def activity(row: Entry, account: Account) -> dict[str, Any]:
    midnight = row.at.astimezone(NEW_YORK).replace(hour=0, minute=0, second=0)
    items: list[dict[str, Any]] = [{"instrument": {"assetType": "CURRENCY", "symbol": "CURRENCY_USD"}, "amount": 0}]
    if row.symbol:
        asset = "OPTION" if row.flavour in {"option", "expiry"} else "EQUITY"
        instrument = {"assetType": asset, "symbol": row.symbol, "cusip": "", "description": row.symbol}
        moved = {"instrument": instrument, "amount": float(row.units or 0), "price": float(row.price or 0)}
        items.append(moved | {"positionEffect": EFFECTS.get(row.flavour, "UNKNOWN")})
    if row.fees:
        items.append({"instrument": {"assetType": "CURRENCY"}, "feeType": "COMMISSION", "cost": -float(row.fees)})
    return {
        "activityId": int(row.id),
        "time": row.at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "accountNumber": account.number,
        "type": TYPES[row.flavour],
        "status": "PENDING" if row.pending else "VALID",
        "description": row.text,
        "tradeDate": midnight.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "netAmount": float(row.amount),
        "transferItems": items,
    }


def instant(text: str) -> datetime:
    if "T" not in text:
        raise ValueError(text)
    return datetime.fromisoformat(text)


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def login(request: Asking) -> tuple[str, str]:
    """User and password of a Basic header."""
    said = request.headers.get("authorization", "").removeprefix("Basic ")
    try:
        user, _, password = base64.b64decode(said, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password


ROUTES = [token, account_numbers, accounts, transactions]
