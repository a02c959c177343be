"""Plaid's Items and transactions, as far as Dashtam uses them."""

from typing import Any

from litestar import post

from app.sandbox.answers import Asking, Refusal, bank_of, named, served, used
from app.sandbox.bank import Account, Customer, Entry

CLIENT_ID, SECRET = "sandbox-plaid", "sandbox-plaid-secret"
CATEGORIES = {
    "payroll": "INCOME/INCOME_WAGES",
    "purchase": "FOOD_AND_DRINK/FOOD_AND_DRINK_GROCERIES",
    "refund": "FOOD_AND_DRINK/FOOD_AND_DRINK_GROCERIES",
    "transfer": "TRANSFER_OUT/TRANSFER_OUT_SAVINGS",
    "earned": "INCOME/INCOME_INTEREST_EARNED",
    "charge": "BANK_FEES/BANK_FEES_OTHER_BANK_FEES",
    "cash": "TRANSFER_OUT/TRANSFER_OUT_WITHDRAWAL",
}
ACCOUNTS = {"checking": "depository/checking", "card": "credit/credit card", "brokerage": "investment/brokerage"}


def refusal(kind: str, code: str, status: int = 400) -> Refusal:
    return Refusal(status, {"error_type": kind, "error_code": code, "error_message": code, "request_id": "sandbox"})


async def asked(request: Asking) -> dict[str, Any]:
    """The body of a client that is known."""
    body: dict[str, Any] = await request.json()
    client_id = request.headers.get("plaid-client-id") or body.get("client_id")
    if (client_id, request.headers.get("plaid-secret") or body.get("secret")) != (CLIENT_ID, SECRET):
        raise refusal("INVALID_INPUT", "INVALID_API_KEYS")
    return body


async def opened(request: Asking, body: dict[str, Any]) -> Customer:
    """Whose Item it is, if its consent holds."""
    customer = owner(request, body)
    if customer.revoked:
        raise refusal("ITEM_ERROR", "ITEM_LOGIN_REQUIRED")
    await served(request, customer)
    return customer


def owner(request: Asking, body: dict[str, Any]) -> Customer:
    kind, _, rest = str(body.get("access_token", "")).partition(".")
    name, _, consent = rest.partition(".")
    customer = named(request, "plaid", name) if kind == "access" else None
    if customer is None or consent != str(customer.consent):
        raise refusal("INVALID_INPUT", "INVALID_ACCESS_TOKEN")
    return customer


@post("/plaid/link/token/create", status_code=200)
async def create_link(request: Asking) -> dict[str, Any]:
    bank, body = bank_of(request), await asked(request)
    token = f"link-{next(bank.numbers)}"
    renewed = owner(request, body).name if body.get("access_token") else ""
    bank.links[token] = {"back": body["hosted_link"]["completion_redirect_uri"], "customer": renewed}
    return {"link_token": token, "hosted_link_url": f"{str(request.base_url).rstrip('/')}/plaid/link/{token}"}


@post("/plaid/link/token/get", status_code=200)
async def get_link(request: Asking) -> dict[str, Any]:
    known = bank_of(request).links.get((await asked(request)).get("link_token", ""))
    if known is None:
        raise refusal("INVALID_INPUT", "INVALID_LINK_TOKEN")
    if "public_token" not in known:
        return {"link_sessions": []}
    added = [{"public_token": known["public_token"]}]
    return {"link_sessions": [{"finished_at": "2026-01-01T00:00:00Z", "results": {"item_add_results": added}}]}


@post("/plaid/item/public_token/exchange", status_code=200)
async def exchange(request: Asking) -> dict[str, str]:
    bank, token = bank_of(request), str((await asked(request)).get("public_token", ""))
    kind, _, rest = token.partition(".")
    if kind != "public" or token in bank.claimed:
        raise refusal("INVALID_INPUT", "INVALID_PUBLIC_TOKEN")
    bank.claimed.add(token)
    customer = named(request, "plaid", rest.partition(".")[0])
    return {"access_token": f"access.{customer.name}.{customer.consent}", "item_id": f"item-{customer.name}"}


@post("/plaid/item/get", status_code=200)
async def item(request: Asking) -> dict[str, Any]:
    customer = await opened(request, await asked(request))
    products = ["transactions", "investments"]
    return {"item": {"item_id": f"item-{customer.name}", "products": products, "consent_expiration_time": None}}


@post("/plaid/item/remove", status_code=200)
async def remove(request: Asking) -> dict[str, str]:
    customer = owner(request, await asked(request))
    customer.consent += 1
    return {"request_id": "sandbox"}


@post("/plaid/accounts/get", status_code=200)
async def accounts(request: Asking) -> dict[str, Any]:
    customer = await opened(request, await asked(request))
    return {"accounts": [told(one) for one in customer.accounts]}


def told(account: Account) -> dict[str, Any]:
    kind, _, subtype = ACCOUNTS[account.kind].partition("/")
    current = -account.value if kind == "credit" else account.value
    balances = {"current": float(current), "available": float(account.cash), **coded(account)}
    name = {"account_id": account.id, "name": account.name, "mask": account.number}
    return name | {"type": kind, "subtype": subtype, "balances": balances}


def coded(account: Account) -> dict[str, str | None]:
    """A currency of ISO 4217, or one that is none."""
    is_iso = len(account.currency) == len("USD")
    return {
        "iso_currency_code": account.currency if is_iso else None,
        "unofficial_currency_code": None if is_iso else account.currency,
    }


@post("/plaid/transactions/sync", status_code=200)
async def sync(request: Asking) -> dict[str, Any]:
    body = await asked(request)
    customer = await opened(request, body)
    cursor, size = str(body.get("cursor") or "c0."), min(int(body.get("count", 100)), customer.page_rows)
    mutation = next((fault for fault in customer.faults if fault.kind == "mutation"), None)
    if mutation and cursor.endswith(".more"):
        used(customer, mutation)
        raise refusal("TRANSACTIONS_ERROR", "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION")
    since = int(cursor.partition(".")[0].removeprefix("c"))
    banked = [one for one in customer.accounts if one.kind != "brokerage"]
    rows = [(row.changed, one, row) for one in banked for row in one.entries if row.changed > since]
    gone: list[Any] = [(seq, one, name) for one in banked for seq, name in one.removed if seq > since]
    changes = sorted([*rows, *gone], key=lambda change: change[0])
    page = changes[: size // 3 if customer.pages_short else size]
    has_more = len(page) < len(changes)
    known = [(one, what) for _, one, what in page if isinstance(what, Entry)]
    return {
        "accounts": [told(one) for one in banked],
        "added": [row_told(row, one) for one, row in known if row.born > since],
        "modified": [row_told(row, one) for one, row in known if row.born <= since],
        "removed": [
            {"transaction_id": what, "account_id": one.id} for _, one, what in page if not isinstance(what, Entry)
        ],
        "next_cursor": f"c{page[-1][0] if page else since}.{'more' if has_more else ''}",
        "has_more": has_more,
        "transactions_update_status": "HISTORICAL_UPDATE_COMPLETE",
    }


def row_told(row: Entry, account: Account) -> dict[str, Any]:
    primary, _, detailed = CATEGORIES[row.flavour].partition("/")
    return {
        "transaction_id": row.id,
        "account_id": account.id,
        "amount": float(-row.amount),
        **coded(account),
        "date": str(row.at.date()),
        "datetime": row.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "name": row.text,
        "pending": row.pending,
        "pending_transaction_id": row.pending_id,
        "personal_finance_category": {"primary": primary, "detailed": detailed, "confidence_level": "HIGH"},
    }


ROUTES = [create_link, get_link, exchange, item, remove, accounts, sync]
