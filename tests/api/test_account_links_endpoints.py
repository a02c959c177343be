from uuid import UUID, uuid4

import httpx
import pytest

from app.application.ledger.get_transaction import TransactionDetail
from app.application.ledger.link_accounts import AccountsLinked
from app.domain.ledger.row_matching import MatchedBy
from tests.answers import blamed, decoded, problem
from tests.api.conftest import Ledger
from tests.people import Person
from tests.statements import ofx, ofx_of, row, rows, statement

MT940 = """:20:X
:25:DE02120300000000202051
:28C:1/1
:60F:C260101USD100,00
:61:2601050105D1,00NTRFNONREF//B1
:86:TEA HOUSE
:61:2601050105D1,00NTRFNONREF//B2
:86:TEA HOUSE
:61:2601060106C10,00NTRFNONREF//B3
:86:Wages
:62F:C260131USD108,00
-
"""


async def two_accounts(person: Person) -> tuple[UUID, UUID]:
    """An account with one tea and a book, and one of the same bank in another format, with two teas and wages."""
    book = row("-4", "20260107", "2", name="Book")
    await person.import_file(ofx(statement(row("-1.00", name="Tea House"), book, balance="5")))
    await person.import_file(MT940.encode())
    first, second = await person.accounts()
    return first.id, second.id


async def link(person: Person, account_id: object, other_id: object) -> httpx.Response:
    return await person.post(f"/accounts/{account_id}/links", account_id=str(other_id))


async def test_another_account_joins_and_each_transaction_is_one_row(person: Person) -> None:
    target, other = await two_accounts(person)
    linked = decoded(await link(person, target, other), AccountsLinked, 201)
    assert (linked.account_id, linked.transactions_moved, linked.transactions_merged) == (target, 2, 1)
    (account,) = await person.accounts()
    found = await person.transactions(target)
    assert sorted(str(one.amount.amount) for one in found) == ["-1.00", "-1.00", "-4", "10.00"]
    details = [decoded(await person.get(f"/transactions/{one.id}"), TransactionDetail) for one in found]
    matched = sorted([str(source.matched_by) for source in one.sources] for one in details)
    assert matched == [["new"], ["new"], ["new"], ["new", str(MatchedBy.TEXT)]]
    assert len(account.sources) == 2


async def test_both_files_are_known_again_after_joining(person: Person) -> None:
    target, other = await two_accounts(person)
    await link(person, target, other)
    for content in (MT940.encode(), ofx_of(row("-1.00", name="Tea House"))):
        (done,) = (await person.import_file(content)).accounts
        assert (done.account_id, done.created, done.transactions_new) == (target, False, 0)


async def test_imports_are_undone_after_joining(person: Person) -> None:
    done = [await person.import_file(ofx_of(*rows(count), number=str(count))) for count in (3, 4)]
    first, second = await person.accounts()
    assert decoded(await link(person, first.id, second.id), AccountsLinked, 201).transactions_merged == 3
    assert (await person.delete(f"/imports/{done[0].id}")).is_success
    assert len(await person.transactions(first.id)) == 4
    assert (await person.delete(f"/imports/{done[1].id}")).is_success
    assert await person.accounts() == []


async def test_accounts_of_different_currencies_do_not_join(ledger: Ledger) -> None:
    for other in (ledger.savings, ledger.checking):
        answer = await link(ledger.owner, ledger.checking, other)
        assert blamed(answer, 409, "accounts_not_alike") == {"account_id"}


async def test_accounts_of_somebody_else_do_not_join(ledger: Ledger, person: Person) -> None:
    await person.import_file(ofx_of(row()))
    (mine,) = await person.accounts()
    for target, other in ((mine.id, ledger.checking), (ledger.checking, mine.id), (mine.id, uuid4())):
        problem(await link(person, target, other), 404, "not_found")


@pytest.mark.parametrize("body", [{}, {"account_id": "xyz"}, {"account_id": None}, {"other": "x"}])
async def test_a_wrong_body_is_refused(stranger: Person, body: dict[str, object]) -> None:
    problem(await stranger.post(f"/accounts/{uuid4()}/links", **body), 400, "invalid")


async def test_nobody_joins_accounts_without_logging_in(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"/api/v1/accounts/{uuid4()}/links", json={"account_id": str(uuid4())})
    problem(answer, 401, "unauthorized")
