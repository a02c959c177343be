from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.application.ledger.views import TransactionPage
from app.application.views import Money
from app.domain.ledger.transaction import TransactionStatus, TransactionSubtype, TransactionType
from tests.answers import blamed, decoded, problem
from tests.api.conftest import ROWS, Ledger
from tests.api.paging import first_cursor, tampered, walk
from tests.people import Person
from tests.statements import ofx_of, row

UNSTATED = ("value_on", "transacted_at", "counterparty", "memo", "reference", "check_number", "original_amount")
OF_TRADES = ("security", "quantity", "unit_price", "fees")


async def test_a_transaction_shows_every_field(person: Person) -> None:
    elements = {"dtuser": "20260103101500[-5:EST]", "dtavail": "20260106", "memo": "two  lines", "refnum": "R-7"}
    full = row("-150.10", trntype="CHECK", name="ROOF REPAIR", checknum="1043", **elements)
    await person.import_file(ofx_of(full))
    (account,) = await person.accounts()
    (found,) = await person.transactions(account.id)
    assert (found.account_id, found.booked_on, found.value_on) == (account.id, date(2026, 1, 5), date(2026, 1, 6))
    assert found.transacted_at == datetime(2026, 1, 3, 15, 15, tzinfo=UTC)
    assert (found.status, found.type) == (TransactionStatus.POSTED, TransactionType.SPENDING)
    assert (found.subtype, found.amount) == (TransactionSubtype.CHECK, Money(amount=Decimal("-150.10"), currency="USD"))
    assert (found.description, found.memo) == ("ROOF REPAIR", "two lines")
    assert (found.counterparty, found.reference, found.check_number) == ("ROOF REPAIR", "R-7", "1043")
    assert found.created_at == found.updated_at
    assert found.created_at.utcoffset() is not None
    assert [getattr(found, name) for name in OF_TRADES] == [None] * 4


async def test_what_is_unknown_is_null(person: Person) -> None:
    await person.import_file(ofx_of(row("5", trntype="XFER", fitid=None)))
    (account,) = await person.accounts()
    answer = await person.get(f"/accounts/{account.id}/transactions")
    (shown,) = answer.json()["transactions"]
    assert {name: shown[name] for name in (*UNSTATED, *OF_TRADES)} == dict.fromkeys((*UNSTATED, *OF_TRADES))
    decoded(answer, TransactionPage)


AMOUNTS = {
    "-5": "-5",
    "5.00": "5.00",
    "0.10": "0.10",
    "-0.00": "0.00",
    "1,5": "1.5",
    "+7.5": "7.5",
    "1.234,50": "1234.50",
    "999999999999999.99": "999999999999999.99",
    "0.0000000001": "0.0000000001",
}


async def test_money_is_text_and_keeps_its_scale(person: Person) -> None:
    await person.import_file(ofx_of(*(row(written, fitid=written) for written in AMOUNTS)))
    (account,) = await person.accounts()
    page = (await person.get(f"/accounts/{account.id}/transactions")).json()
    shown = [found["amount"] for found in reversed(page["transactions"])]
    assert shown == [{"amount": amount, "currency": "USD"} for amount in AMOUNTS.values()]


async def test_a_foreign_amount_is_shown_beside_the_booked_one(person: Person) -> None:
    await person.import_file(ofx_of(row("-10.00", currency="", currate="1.25", cursym="EUR")))
    (account,) = await person.accounts()
    (found,) = await person.transactions(account.id)
    assert found.amount == Money(amount=Decimal("-12.50"), currency="USD")
    assert found.original_amount == Money(amount=Decimal("-10.00"), currency="EUR")


async def test_texts_survive_unchanged(person: Person) -> None:
    name = 'Kä\\fer "& Söhne" \\N \\. 100% 😀 {} $1 日本'
    await person.import_file(ofx_of(row(name=name, memo="a\ttab\\nand\na break")))
    (account,) = await person.accounts()
    (found,) = await person.transactions(account.id)
    assert (found.description, found.memo) == (name, "a tab\\nand a break")


async def test_transactions_come_newest_first(ledger: Ledger) -> None:
    found = await ledger.owner.transactions(ledger.checking)
    assert len(found) == ROWS
    assert [one.booked_on for one in found] == sorted((one.booked_on for one in found), reverse=True)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 20, 40, 41, 42, 500])
@pytest.mark.parametrize("dates", [{}, {"start_on": "2026-01-03", "end_on": "2026-01-09"}])
async def test_pages_cover_every_row_once_in_order(ledger: Ledger, limit: int, dates: dict[str, str]) -> None:
    (everything,) = await walk(ledger.owner, ledger.transactions, 500, **dates)
    pages = await walk(ledger.owner, ledger.transactions, limit, **dates)
    assert [found for page in pages for found in page] == everything
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert 0 < len(pages[-1]) <= limit


async def test_a_page_goes_on_where_the_last_one_ended_though_rows_came_in_between(person: Person) -> None:
    await person.import_file(ofx_of(row("-1", "20260101", "a"), row("-2", "20260102", "b"), row("-3", "20260103", "c")))
    (account,) = await person.accounts()
    path = f"/accounts/{account.id}/transactions"
    cursor = await first_cursor(person, path)
    await person.import_file(ofx_of(row("-4", "20260104", "d"), row("-5", "20251231", "e")))
    later = (await person.get(path, cursor=cursor)).json()["transactions"]
    assert [found["amount"]["amount"] for found in later] == ["-2", "-1", "-5"]


@pytest.mark.parametrize(
    ("dates", "count"),
    [
        ({}, 41),
        ({"start_on": "2026-01-01"}, 41),
        ({"start_on": "2026-01-14"}, 2),
        ({"start_on": "2026-01-15"}, 0),
        ({"end_on": "2026-01-01"}, 3),
        ({"end_on": "2025-12-31"}, 0),
        ({"start_on": "2026-01-02", "end_on": "2026-01-02"}, 3),
        ({"start_on": "2026-01-02", "end_on": "2026-01-03"}, 6),
        ({"start_on": "0001-01-01", "end_on": "9999-12-31"}, 41),
    ],
)
async def test_both_days_of_a_range_are_included(ledger: Ledger, dates: dict[str, str], count: int) -> None:
    page = decoded(await ledger.owner.get(ledger.transactions, limit=500, include="total", **dates), TransactionPage)
    assert (len(page.transactions), page.total_count) == (count, count)


async def test_the_total_counts_the_whole_list_on_every_page(ledger: Ledger) -> None:
    cursor = await first_cursor(ledger.owner, ledger.transactions)
    page = (await ledger.owner.get(ledger.transactions, limit=3, include="total", cursor=cursor)).json()
    assert (len(page["transactions"]), page["total_count"]) == (3, ROWS)
    assert "total_count" not in (await ledger.owner.get(ledger.transactions)).json()


async def test_a_range_that_ends_before_it_begins_is_refused(ledger: Ledger) -> None:
    answer = await ledger.owner.get(ledger.transactions, start_on="2026-01-02", end_on="2026-01-01")
    assert blamed(answer, 400, "date_range_invalid") == {"end_on"}


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("start_on", value) for value in ("", "yesterday", "2026-02-30", "2026-1-1", "20260101x", "10000-01-01", "\x00")]
    + [("end_on", value) for value in ("0000-01-01", "-2026-01-01", "2026-01-01T00:00:00Z", "9" * 40)]
    + [("limit", "501"), ("limit", "1" * 30), ("include", "sources")],
)
async def test_a_wrong_parameter_is_blamed(ledger: Ledger, parameter: str, value: str) -> None:
    answer = await ledger.owner.get(ledger.transactions, **{parameter: value})
    assert blamed(answer, 400, "invalid") == {parameter}


async def test_an_account_without_rows_has_an_empty_list(person: Person) -> None:
    await person.import_file(ofx_of())
    (account,) = await person.accounts()
    page = decoded(await person.get(f"/accounts/{account.id}/transactions"), TransactionPage)
    assert (page.transactions, page.has_more, page.next_cursor) == ([], False, None)


async def test_a_cursor_that_was_tampered_with_is_refused(ledger: Ledger) -> None:
    for cursor in tampered(await first_cursor(ledger.owner, ledger.transactions)):
        problem(await ledger.owner.get(ledger.transactions, cursor=cursor), 400, "cursor_invalid")


@pytest.mark.parametrize("other", [{"start_on": "2026-01-01"}, {"end_on": "2026-01-31"}])
async def test_a_cursor_serves_its_filters_only(ledger: Ledger, other: dict[str, Any]) -> None:
    cursor = await first_cursor(ledger.owner, ledger.transactions)
    problem(await ledger.owner.get(ledger.transactions, cursor=cursor, **other), 400, "cursor_invalid")
    filtered = await first_cursor(ledger.owner, ledger.transactions, **other)
    problem(await ledger.owner.get(ledger.transactions, cursor=filtered), 400, "cursor_invalid")


async def test_a_cursor_serves_its_account_only(ledger: Ledger) -> None:
    cursor = await first_cursor(ledger.owner, ledger.transactions)
    for path in (f"/accounts/{ledger.savings}/transactions", "/accounts", "/imports"):
        problem(await ledger.owner.get(path, cursor=cursor), 400, "cursor_invalid")


async def test_nobody_sees_transactions_without_logging_in(client: httpx.AsyncClient, ledger: Ledger) -> None:
    problem(await client.get(f"/api/v1{ledger.transactions}"), 401, "unauthorized")


async def test_transactions_of_somebody_else_are_not_found(ledger: Ledger, stranger: Person) -> None:
    for path in (ledger.transactions, f"/accounts/{uuid4()}/transactions"):
        for params in ({}, {"include": "total"}, {"start_on": "2026-01-01", "end_on": "2026-01-31"}):
            problem(await stranger.get(path, **params), 404, "not_found")
