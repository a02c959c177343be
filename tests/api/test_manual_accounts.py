"""Accounts that their owners open: for files that name none."""

from typing import Any
from uuid import uuid4

import pytest

from app.application.ledger.views import AccountView
from tests.answers import blamed, decoded, problem
from tests.people import Person
from tests.statements import ofx, statement

CHASE = (
    b"Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\n"
    b'DEBIT,11/02/2026,"SHELL OIL 574",-42.10,DEBIT_CARD,1957.90,,\n'
    b'CREDIT,11/01/2026,"PAYROLL ACME",2000.00,ACH_CREDIT,2000.00,,\n'
)
WANTED = {"name": "Chase checking", "type": "checking", "currency": "USD"}


async def opened(person: Person, **body: Any) -> AccountView:
    return decoded(await person.post("/accounts", **WANTED | body), AccountView, 201)


async def test_a_file_that_names_no_account_says_how_to_open_one(person: Person) -> None:
    refused = await person.send_file(CHASE)
    assert blamed(refused, 400, "account_unnamed") == {"account_id"}
    assert "`POST /accounts` opens one" in refused.text
    account = await opened(person)
    done = await person.import_file(CHASE, account_id=str(account.id))
    assert [(one.account_id, one.created, one.transactions_new) for one in done.accounts] == [(account.id, False, 2)]
    rows = await person.transactions(account.id)
    assert [(str(row.amount.amount), row.amount.currency) for row in rows] == [("-42.10", "USD"), ("2000.00", "USD")]


async def test_an_opened_account_stands_where_the_answer_says(person: Person) -> None:
    answer = await person.post("/accounts", **WANTED, institution="Chase")
    made = decoded(answer, AccountView, 201)
    assert answer.headers["location"] == f"/api/v1/accounts/{made.id}"
    assert decoded(await person.client.get(answer.headers["location"]), AccountView) == made
    assert (made.name, made.type, made.currency, made.institution) == ("Chase checking", "checking", "USD", "Chase")
    assert (made.balance.current, made.number_masked, made.freshness.state) == (None, None, "manual")
    assert [(one.kind, one.id) for one in made.sources] == [("manual", made.id)]


async def test_undoing_all_imports_leaves_an_opened_account_as_it_was(person: Person) -> None:
    account = await opened(person)
    done = await person.import_file(CHASE, account_id=str(account.id))
    assert (await person.delete(f"/imports/{done.id}")).is_success
    assert [one for one in await person.accounts() if one.id == account.id] == [account]
    assert await person.transactions(account.id) == []


async def test_an_account_is_deleted_once_nothing_else_tells_of_it(person: Person) -> None:
    account = await opened(person)
    done = await person.import_file(CHASE, account_id=str(account.id))
    refused = problem(await person.delete(f"/accounts/{account.id}"), 409, "account_in_use")
    assert "undo the imports" in refused.detail
    assert len(await person.transactions(account.id)) == 2
    assert (await person.delete(f"/imports/{done.id}")).is_success
    assert (await person.delete(f"/accounts/{account.id}")).status_code == 204
    problem(await person.delete(f"/accounts/{account.id}"), 404, "not_found")
    problem(await person.get(f"/accounts/{account.id}"), 404, "not_found")


async def test_an_account_that_was_kept_for_its_name_is_deleted_by_its_owner(person: Person) -> None:
    done = await person.import_file(ofx(statement()))
    (account_id,) = [one.account_id for one in done.accounts]
    problem(await person.delete(f"/accounts/{account_id}"), 409, "account_in_use")
    await person.client.patch(f"/api/v1/accounts/{account_id}", json={"name": "Mine"})
    assert (await person.delete(f"/imports/{done.id}")).is_success
    assert (await person.delete(f"/accounts/{account_id}")).status_code == 204


async def test_nobody_deletes_the_account_of_somebody_else(person: Person, stranger: Person) -> None:
    account = await opened(person)
    for account_id in (account.id, uuid4()):
        problem(await stranger.delete(f"/accounts/{account_id}"), 404, "not_found")
    assert (await person.get(f"/accounts/{account.id}")).is_success


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "/name"),
        ({"name": "a\nb"}, "/name"),
        ({"type": "piggy_bank"}, "/type"),
        ({"currency": "usd"}, "/currency"),
        ({"institution": ""}, "/institution"),
        ({"balance": "1.00"}, "/balance"),
    ],
)
async def test_a_wrong_field_is_blamed(stranger: Person, body: dict[str, Any], field: str) -> None:
    assert blamed(await stranger.post("/accounts", **WANTED | body), 400, "invalid") == {field}
