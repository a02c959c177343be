"""SimpleFIN, versions 1 and 2."""

from typing import Any

from litestar import get, post

from app.sandbox.answers import Asking, Refusal, bank_of, named, served
from app.sandbox.bank import Account, Entry
from app.sandbox.schwab import login

WINDOW_SECONDS_MAX = 90 * 86_400


@post("/simplefin/claim/{token:str}", status_code=200, media_type="text/plain")
async def claim(request: Asking) -> str:
    bank, token = bank_of(request), request.path_params["token"]
    name, _, number = token.partition(".")
    if token in bank.claimed or not number:
        raise Refusal(403, "Forbidden")
    bank.claimed.add(token)
    customer = named(request, "simplefin", name)
    customer.revoked = False
    base = request.base_url
    password = bank.secret("simplefin", name)
    return f"{base.scheme}://{name}:{password}@{base.netloc}/simplefin/access\n"


@get("/simplefin/info")
async def info() -> dict[str, list[str]]:
    return {"versions": ["1.0"]}


@get("/simplefin/access/accounts")
async def accounts(request: Asking) -> dict[str, Any]:
    user, password = login(request)
    if password != bank_of(request).secret("simplefin", user):
        raise Refusal(403, {"errors": ["Forbidden"]})
    customer = named(request, "simplefin", user)
    if customer.revoked:
        raise Refusal(403, {"errors": ["Access was revoked"]})
    await served(request, customer)
    query = request.query_params
    starts_at, ends_at = int(query.get("start-date", "0")), int(query.get("end-date", "0"))
    if ends_at and ends_at - starts_at > WINDOW_SECONDS_MAX:
        raise Refusal(400, {"errors": ["at most 90 days"]})
    is_old = customer.name.startswith("v1") or query.get("version") != "2"
    failing = [one for one in customer.accounts if one.failing]
    answer: dict[str, Any] = {"errors": ["An account could not be updated"] if failing else []}
    if not is_old:
        answer["connections"] = [{"conn_id": "CON-1", "name": "Sandbox Bank", "org_id": "ORG-1"}]
        answer["errlist"] = [{"code": "act.failed", "msg": "no", "account_id": one.id} for one in failing]
    answer["accounts"] = [
        told(one, is_old) | {"transactions": [] if one.failing else rows(one, request)} for one in customer.accounts
    ]
    return answer


def told(account: Account, is_old: bool) -> dict[str, Any]:
    org: dict[str, Any] = (
        {"org": {"domain": "bank.sandbox", "name": "Sandbox Bank"}} if is_old else {"conn_id": "CON-1"}
    )
    return org | {
        "id": account.id,
        "name": account.name,
        "currency": account.currency,
        "balance": str(account.value),
        "available-balance": str(account.cash),
        "balance-date": int(max((row.at.timestamp() for row in account.entries), default=0)),
        "holdings": [
            {
                "id": held.symbol,
                "currency": "",
                "cost_basis": str(held.cost),
                "description": held.name,
                "market_value": str(held.value),
                "purchase_price": "0.00",
                "shares": str(held.units),
                "symbol": held.symbol,
            }
            for held in account.positions
        ],
    }


def rows(account: Account, request: Asking) -> list[dict[str, Any]]:
    query = request.query_params
    starts_at, ends_at = int(query.get("start-date", "0")), int(query.get("end-date", "99999999999"))
    is_asked = query.get("pending") == "1"
    return [
        row_told(row)
        for row in sorted(account.entries, key=lambda row: row.at, reverse=True)
        if (is_asked if row.pending else starts_at <= row.at.timestamp() < ends_at)
    ]


def row_told(row: Entry) -> dict[str, Any]:
    told = {"id": row.id, "posted": int(row.at.timestamp()), "amount": str(row.amount), "description": row.text}
    if row.pending:
        told |= {"posted": 0, "pending": True}
    return told | {"transacted_at": int(row.at.timestamp())}


ROUTES = [claim, info, accounts]
