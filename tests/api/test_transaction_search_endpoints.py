from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from app.application.ledger.views import TransactionPage
from tests.answers import blamed, decoded, problem
from tests.api.conftest import Ledger
from tests.api.paging import first_cursor, walk
from tests.people import Person, Town
from tests.statements import ofx, row, statement

ROWS = (
    row("-4.50", "20260101", "1", name="Coffee_House", memo="two cups"),
    row("-100.00", "20260102", "2", name="RENT 100%", trntype="CHECK", checknum="1043"),
    row("2500.00", "20260103", "3", name="Käferbau Ltd", trntype="DIRECTDEP"),
)
OTHERS = (
    row("-4.50", "20260102", "4", name="Coffee-House", memo="one cup"),
    row("12.00", "20260105", "5", name="REFUND \\ coffee", trntype="CREDIT"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shopper:
    person: Person
    first: UUID
    second: UUID

    async def found(self, **wanted: Any) -> Sequence[str]:
        """What is found, by amount."""
        page = decoded(await self.person.get("/transactions", include="total", **wanted), TransactionPage)
        assert page.total_count == len(page.transactions)
        return [str(one.amount.amount) for one in page.transactions]


@pytest.fixture(scope="session")
async def shopper(town: Town) -> Shopper:
    person = await town.person()
    await person.import_file(ofx(statement(*ROWS, number="1"), statement(*OTHERS, number="2")))
    first, second = await person.accounts()
    return Shopper(person=person, first=first.id, second=second.id)


async def test_transactions_of_all_accounts_come_newest_first(shopper: Shopper) -> None:
    page = decoded(await shopper.person.get("/transactions"), TransactionPage)
    days = [(one.booked_on.day, one.account_id) for one in page.transactions]
    assert [day for day, _ in days] == [5, 3, 2, 2, 1]
    assert {account for day, account in days if day == 2} == {shopper.first, shopper.second}


async def test_a_transaction_looks_as_in_its_account(shopper: Shopper) -> None:
    listed = await shopper.person.transactions(shopper.first)
    found = decoded(await shopper.person.get("/transactions", account_id=shopper.first), TransactionPage)
    assert found.transactions == [*listed]


@pytest.mark.parametrize(
    ("wanted", "amounts"),
    [
        ({"text": "coffee"}, ["12.00", "-4.50", "-4.50"]),
        ({"text": "COFFEE_"}, ["-4.50"]),
        ({"text": "100%"}, ["-100.00"]),
        ({"text": "0%"}, ["-100.00"]),
        ({"text": "%"}, ["-100.00"]),
        ({"text": "\\"}, ["12.00"]),
        ({"text": "KÄFER"}, ["2500.00"]),
        ({"text": "1043"}, ["-100.00"]),
        ({"text": "cups"}, ["-4.50"]),
        ({"text": "nowhere"}, []),
        ({"text": "' or true --"}, []),
        ({"amount_min": "0"}, ["12.00", "2500.00"]),
        ({"amount_max": "-4.5"}, ["-4.50", "-100.00", "-4.50"]),
        ({"amount_min": "-4.50", "amount_max": "12"}, ["12.00", "-4.50", "-4.50"]),
        ({"start_on": "2026-01-03"}, ["12.00", "2500.00"]),
        ({"start_on": "2026-01-02", "end_on": "2026-01-03", "text": "coffee"}, ["-4.50"]),
        ({"subtype": "check"}, ["-100.00"]),
        ({"type": "trade"}, []),
        ({"status": "posted", "amount_min": "1000"}, ["2500.00"]),
        ({"status": "pending"}, []),
        ({"status": "removed"}, []),
    ],
)
async def test_all_that_is_asked_for_must_hold(shopper: Shopper, wanted: dict[str, str], amounts: list[str]) -> None:
    assert sorted(await shopper.found(**wanted)) == sorted(amounts)


async def test_one_account_can_be_searched(shopper: Shopper) -> None:
    assert await shopper.found(account_id=shopper.second, text="coffee") == ["12.00", "-4.50"]


@pytest.mark.parametrize("limit", [1, 7, 20, 41, 42, 500])
@pytest.mark.parametrize("wanted", [{}, {"amount_max": "-3"}, {"start_on": "2026-01-03", "end_on": "2026-01-09"}])
async def test_pages_cover_every_row_once_in_order(ledger: Ledger, limit: int, wanted: dict[str, str]) -> None:
    (everything,) = await walk(ledger.owner, "/transactions", 500, **wanted)
    pages = await walk(ledger.owner, "/transactions", limit, **wanted)
    assert [found for page in pages for found in page] == everything
    assert [(one["booked_on"], one["id"]) for one in everything] == sorted(
        ((one["booked_on"], one["id"]) for one in everything), reverse=True
    )


async def test_nobody_searches_without_logging_in(client: httpx.AsyncClient) -> None:
    problem(await client.get("/api/v1/transactions"), 401, "unauthorized")


async def test_what_is_somebody_elses_is_not_found(shopper: Shopper, stranger: Person) -> None:
    assert (await stranger.get("/transactions")).json()["transactions"] == []
    for account_id in (shopper.first, uuid4()):
        problem(await stranger.get("/transactions", account_id=account_id), 404, "not_found")


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("text", ""),
        ("text", "a" * 101),
        ("text", "a\x00"),
        ("amount_min", "NaN"),
        ("amount_min", "1e5"),
        ("amount_max", "1,5"),
        ("amount_max", ""),
        ("type", "gift"),
        ("subtype", "gift"),
        ("status", "lost"),
        ("account_id", "1"),
        ("start_on", "01.02.2026"),
        ("query", "coffee"),
    ],
)
async def test_a_wrong_parameter_is_blamed(stranger: Person, parameter: str, value: str) -> None:
    assert blamed(await stranger.get("/transactions", **{parameter: value}), 400, "invalid") == {parameter}


async def test_ranges_that_end_before_they_begin_are_refused(stranger: Person) -> None:
    answer = await stranger.get("/transactions", start_on="2026-01-02", end_on="2026-01-01")
    assert blamed(answer, 400, "date_range_invalid") == {"end_on"}
    answer = await stranger.get("/transactions", amount_min="-1", amount_max="-2")
    assert blamed(answer, 400, "amount_range_invalid") == {"amount_max"}


async def test_a_cursor_serves_its_own_search_only(shopper: Shopper) -> None:
    cursor = await first_cursor(shopper.person, "/transactions", text="coffee")
    assert (await shopper.person.get("/transactions", cursor=cursor, text="coffee")).status_code == 200
    problem(await shopper.person.get("/transactions", cursor=cursor, text="Coffee"), 400, "cursor_invalid")
