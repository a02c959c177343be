"""What is left of a connection's data when it is purged: what files or other connections told, and nothing else."""

import io
import json
from decimal import Decimal
from typing import Any

from app.application.connections.delete_connection import DeleteConnection
from app.application.imports.import_statement import ImportStatement
from app.application.imports.undo_import import UndoImport
from app.core.ids import ImportId
from app.domain.connections.connection import UserAction
from app.domain.connections.faults import ConsentEndedError
from app.domain.imports.statement import Position
from app.domain.ledger.security import Security
from tests.customers import TODAY, Customer, account
from tests.statements import ofx_of, row

LEDGER = (
    "accounts",
    "account_links",
    "account_sources",
    "transactions",
    "transaction_sources",
    "holding_reports",
    "holdings",
    "balance_snapshots",
)
OF_CONNECTIONS = ("connections", "connection_accounts", "syncs", "sync_accounts", "authorizations")
SHARES = Position(locator="1", security=Security(symbol="VTI"), quantity=Decimal(2), currency="USD")


async def stored(customer: Customer, *tables: str) -> dict[str, list[str]]:
    """Every byte of the tables that is the customer's; no table without a row."""
    query = "select row_to_json(t)::text as row from {} as t where user_id = $1 order by 1"
    found = {
        table: [one["row"] for one in await customer.pool.fetch(query.format(table), customer.user_id)]
        for table in tables
    }
    return {table: rows for table, rows in found.items() if rows}


async def import_rows(customer: Customer, *names: str) -> ImportId:
    """A file of the bank's that tells some of its rows, of the account with the number 77000a."""
    told = [row(f"-{name}.00", f"{TODAY:%Y%m%d}", f"F{name}", name=f"Row {name}") for name in names]
    file = io.BytesIO(ofx_of(*told, number="77000a").replace(b"<BANKID>B1", b""))
    done = await customer.does(ImportStatement(file_name="bank.ofx", source=file))
    assert done.state == "succeeded", done
    return ImportId(done.id)


async def purge(customer: Customer) -> dict[str, Any]:
    """Purge; the event of it."""
    await customer.does(DeleteConnection(connection_id=customer.connection_id, purge=True))
    assert await stored(customer, *OF_CONNECTIONS) == {}
    return await disconnection(customer)


async def disconnection(customer: Customer) -> dict[str, Any]:
    """The newest event of one; the relay may have moved it."""
    query = "select id, payload from {} where user_id = $1 and name = 'provider_disconnection.succeeded'"
    both = " union all ".join(query.format(table) for table in ("outbox", "event_log"))
    payload = await customer.pool.fetchval(f"select payload from ({both}) as told order by id desc", customer.user_id)
    return dict(json.loads(payload))


def removed(ended: dict[str, Any]) -> tuple[int, int]:
    return ended["transactions_removed"], ended["accounts_removed"]


def tell(customer: Customer, *names: str) -> None:
    for name in names:
        customer.tell(name, f"-{name}.00", days_ago=0)


async def test_nothing_is_left_of_what_the_connection_alone_told(customer: Customer) -> None:
    tell(customer, "1", "2")
    customer.bank.accounts_told.append(account("b"))
    customer.bank.positions["a"] = (SHARES,)
    await customer.sync()
    tell(customer, "3")
    await customer.sync()
    ended = await purge(customer)
    assert removed(ended) == (3, 2)
    assert await stored(customer, *LEDGER) == {}


async def test_after_a_file_it_is_as_if_it_had_never_been(customer: Customer) -> None:
    await import_rows(customer, "1", "2")
    before = await stored(customer, *LEDGER)
    tell(customer, "1", "2", "3")
    customer.bank.positions["a"] = (SHARES,)
    for _ in range(2):
        await customer.sync()
    assert len(await customer.rows()) == 3
    assert await stored(customer, *LEDGER) != before
    ended = await purge(customer)
    assert removed(ended) == (1, 0)
    assert await stored(customer, *LEDGER) == before


async def test_before_a_file_the_file_keeps_its_rows_and_their_account(customer: Customer) -> None:
    tell(customer, "1", "2", "3")
    await customer.sync()
    import_id = await import_rows(customer, "2", "4")
    ended = await purge(customer)
    assert removed(ended) == (2, 0)
    assert await customer.rows() == [("Row 2", "-2.00", "posted"), ("Row 4", "-4.00", "posted")]
    again = await import_rows(customer, "4")
    for one in (import_id, again):
        await customer.does(UndoImport(import_id=one))
    assert await stored(customer, *LEDGER) == {}


async def test_another_connection_keeps_what_it_told(customer: Customer) -> None:
    tell(customer, "1", "2")
    await customer.sync()
    purged = customer.connection_id
    customer.bank.log.clear()
    await customer.connect()
    customer.forget("2")
    await customer.sync()
    other, customer.connection_id = customer.connection_id, purged
    await customer.does(DeleteConnection(connection_id=purged, purge=True))
    assert removed(await disconnection(customer)) == (1, 0)
    assert await customer.rows() == [("Row 1", "-1.00", "posted")]
    customer.connection_id = other
    await purge(customer)
    assert await stored(customer, *LEDGER) == {}


async def test_undoing_a_file_leaves_the_freshness_of_the_sync(customer: Customer) -> None:
    tell(customer, "1")
    await customer.sync()
    fresh = "select last_success_at, data_as_of, freshness from accounts where user_id = $1"
    before = await customer.pool.fetchrow(fresh, customer.user_id)
    assert before["last_success_at"] is not None
    await customer.does(UndoImport(import_id=await import_rows(customer, "1", "2")))
    assert await customer.pool.fetchrow(fresh, customer.user_id) == before


async def test_accounts_of_a_disconnected_bank_wait_for_nothing(customer: Customer) -> None:
    tell(customer, "1")
    await customer.sync()
    customer.bank.broken = ConsentEndedError("Revoked.")
    await customer.sync()
    waits = "select freshness, user_action from accounts where user_id = $1"
    assert [*await customer.pool.fetchrow(waits, customer.user_id)] == ["failing", UserAction.RENEW]
    await customer.does(DeleteConnection(connection_id=customer.connection_id))
    ended = await disconnection(customer)
    assert (ended["revoked"], removed(ended)) == (False, (0, 0))
    assert [*await customer.pool.fetchrow(waits, customer.user_id)] == ["manual", None]
    assert await customer.rows() == customer.truth()
