"""The floor: what a bare Litestar handler reaches that reads the same rows and answers the same page, with no security.

The rows are fetched with asyncpg and encoded as the structs that our answers are made of.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from uuid import UUID

import asyncpg
from litestar import Litestar, get
from litestar.datastructures import State
from litestar.params import FromPath
from litestar_granian import GranianPlugin

from app.application.ledger.views import Security, TransactionPage, TransactionView
from app.application.views import Money

ADDRESS = "BENCH_DATABASE_URL"
PAGE = """
    select id, account_id, booked_on, value_on, transacted_at, status, type, subtype, amount, currency, description,
        counterparty, memo, reference, check_number, original_amount, original_currency, symbol, security_name, cusip,
        isin, quantity, unit_price, fees, created_at, updated_at
    from transactions where user_id = $1 and account_id = $2 order by booked_on desc, id desc limit 50
"""


@get("/{user_id:uuid}/{account_id:uuid}")
async def page(user_id: FromPath[UUID], account_id: FromPath[UUID], state: State) -> TransactionPage:
    rows = await state["pool"].fetch(PAGE, user_id, account_id)
    return TransactionPage(transactions=[view(row) for row in rows], has_more=True, next_cursor=None)


def view(row: asyncpg.Record) -> TransactionView:
    currency = row["currency"]
    return TransactionView(
        id=row["id"],
        account_id=row["account_id"],
        booked_on=row["booked_on"],
        value_on=row["value_on"],
        transacted_at=row["transacted_at"],
        status=row["status"],
        type=row["type"],
        subtype=row["subtype"],
        amount=Money(amount=row["amount"], currency=currency),
        description=row["description"],
        counterparty=row["counterparty"],
        memo=row["memo"],
        reference=row["reference"],
        check_number=row["check_number"],
        original_amount=money(row["original_amount"], row["original_currency"]),
        security=security(row),
        quantity=row["quantity"],
        unit_price=money(row["unit_price"], currency),
        fees=money(row["fees"], currency),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount=amount, currency=currency)


def security(row: asyncpg.Record) -> Security | None:
    if not (row["symbol"] or row["security_name"] or row["cusip"] or row["isin"]):
        return None
    return Security(symbol=row["symbol"], name=row["security_name"], cusip=row["cusip"], isin=row["isin"])


@asynccontextmanager
async def connected(app: Litestar) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ[ADDRESS], min_size=1, max_size=10) as pool:
        app.state["pool"] = pool
        yield


def create_app() -> Litestar:
    return Litestar([page], lifespan=[connected], openapi_config=None, plugins=[GranianPlugin()])
