from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from app.application.ledger.views import AccountView
from app.application.portfolio.views import NetWorthView
from tests.answers import blamed, decoded, problem
from tests.people import Person
from tests.statements import ofx, statement


async def changed(person: Person, account_id: UUID, body: dict[str, Any], **headers: str) -> httpx.Response:
    return await person.client.patch(f"/api/v1/accounts/{account_id}", json=body, headers=headers)


async def account_of(person: Person) -> AccountView:
    await person.import_file(ofx(statement(balance="10.00")))
    (account,) = await person.accounts()
    return account


async def test_an_account_is_renamed_and_stays_otherwise_as_it_was(person: Person) -> None:
    before = await account_of(person)
    after = decoded(await changed(person, before.id, {"name": "Käse 🧀"}), AccountView)
    assert (after.name, after.hidden, after.balance) == ("Käse 🧀", False, before.balance)
    assert after.updated_at > before.updated_at
    assert decoded(await changed(person, before.id, {}), AccountView) == after


async def test_a_hidden_account_is_left_out_of_net_worth(person: Person) -> None:
    account = await account_of(person)
    for hidden, counted in ((True, 0), (False, 1)):
        assert decoded(await changed(person, account.id, {"hidden": hidden}), AccountView).hidden is hidden
        worth = decoded(await person.get("/net-worth"), NetWorthView)
        assert (worth.accounts_counted, worth.accounts_unknown) == (counted, [])
    assert [one.id for one in await person.accounts()] == [account.id]


async def test_a_change_of_what_has_changed_since_is_refused(person: Person) -> None:
    account = await account_of(person)
    tag = (await person.get(f"/accounts/{account.id}")).headers["etag"]
    assert (await changed(person, account.id, {"name": "One"}, **{"If-Match": tag})).status_code == 200
    problem(await changed(person, account.id, {"name": "Two"}, **{"If-Match": tag}), 412, "precondition_failed")
    assert decoded(await person.get(f"/accounts/{account.id}"), AccountView).name == "One"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "/name"),
        ({"name": "   "}, "/name"),
        ({"name": "a\nb"}, "/name"),
        ({"name": None}, "/name"),
        ({"name": "a" * 101}, "/name"),
        ({"hidden": "yes"}, "/hidden"),
        ({"currency": "EUR"}, "/currency"),
    ],
)
async def test_a_wrong_field_is_blamed(stranger: Person, body: dict[str, Any], field: str) -> None:
    assert blamed(await changed(stranger, uuid4(), body), 400, "invalid") == {field}


async def test_only_its_owner_changes_an_account(client: httpx.AsyncClient, person: Person, stranger: Person) -> None:
    account = await account_of(person)
    problem(await client.patch(f"/api/v1/accounts/{account.id}", json={}), 401, "unauthorized")
    for account_id in (account.id, uuid4()):
        problem(await changed(stranger, account_id, {"name": "Mine"}), 404, "not_found")
    assert (await person.accounts())[0].name == account.name
