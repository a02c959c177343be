"""Alpaca's Trading API, as far as Dashtam uses it."""

from datetime import datetime

from litestar import get

from app.sandbox.answers import Asking, Refusal, bank_of, named, served
from app.sandbox.bank import NEW_YORK, Customer, Entry

PAGE_ROWS_MAX = 100
TYPES = {
    "deposit": "CSD",
    "withdrawal": "CSW",
    "wire": "WIRE",
    "dividend": "DIV",
    "interest": "INT",
    "fee": "FEE",
    "tax": "DIVNRA",
    "expiry": "OPEXP",
}
SIDES = {"buy": "buy", "option": "buy", "sell": "sell", "short": "sell_short", "cover": "buy_to_cover"}


async def let_in(request: Asking) -> Customer:
    key, secret = (request.headers.get(name, "") for name in ("apca-api-key-id", "apca-api-secret-key"))
    kind, _, name = key.partition(".")
    if kind != "PK" or secret != bank_of(request).secret("alpaca", name):
        raise Refusal(401, {"message": "unauthorized."})
    customer = named(request, "alpaca", name)
    if customer.revoked:
        raise Refusal(401, {"message": "unauthorized."})
    await served(request, customer)
    return customer


@get("/alpaca/v2/account")
async def account(request: Asking) -> dict[str, str]:
    one = (await let_in(request)).accounts[0]
    return {
        "id": one.id,
        "account_number": one.number,
        "status": "ACTIVE",
        "currency": one.currency,
        "cash": str(one.cash),
        "equity": str(one.value),
        "buying_power": str(one.cash * 2),
    }


@get("/alpaca/v2/positions")
async def positions(request: Asking) -> list[dict[str, str]]:
    one = (await let_in(request)).accounts[0]
    return [
        {
            "asset_id": held.symbol,
            "symbol": held.symbol,
            "asset_class": f"us_{held.asset}",
            "qty": str(held.units),
            "side": "long" if held.units > 0 else "short",
            "cost_basis": str(held.cost),
            "market_value": str(held.value),
            "current_price": str(held.price),
        }
        for held in one.positions
    ]


@get("/alpaca/v2/account/activities")
async def activities(request: Asking) -> list[dict[str, str]]:
    customer, query = await let_in(request), request.query_params
    size = int(query.get("page_size", "100"))
    if size > PAGE_ROWS_MAX:
        raise Refusal(422, {"message": "page_size is at most 100"})
    after, until = (datetime.fromisoformat(query[name]) if name in query else None for name in ("after", "until"))
    found = sorted(customer.accounts[0].entries, key=lambda row: row.id)
    found = [row for row in found if (not after or row.at > after) and (not until or row.at < until)]
    if query.get("direction", "desc") == "desc":
        found.reverse()
    if page_token := query.get("page_token"):
        places = [place for place, row in enumerate(found) if row.id == page_token]
        if not places:
            raise Refusal(422, {"message": "no such page_token"})
        found = found[places[0] + 1 :]
    return [activity(row) for row in found[: size // 3 if customer.pages_short else size]]


def activity(row: Entry) -> dict[str, str]:
    if row.flavour in SIDES:
        return {
            "activity_type": "FILL",
            "id": row.id,
            "transaction_time": row.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "type": "fill",
            "price": str(row.price),
            "qty": str(abs(row.units or 0)),
            "side": SIDES[row.flavour],
            "symbol": row.symbol or "",
            "order_id": row.id[-36:],
        }
    told = {
        "activity_type": TYPES[row.flavour],
        "id": row.id,
        "date": str(row.at.astimezone(NEW_YORK).date()),
        "net_amount": str(row.amount),
        "description": row.text,
        "status": "executed",
    }
    told |= {"symbol": row.symbol} if row.symbol else {}
    return told | ({"qty": str(row.units)} if row.units is not None else {})


ROUTES = [account, positions, activities]
