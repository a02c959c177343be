from uuid import uuid4

import httpx

from app.application.imports.undone_view import ImportUndoneView
from app.application.imports.views import ImportView
from app.domain.imports.statement_import import ImportState
from tests.answers import decoded, problem
from tests.api.conftest import ROWS, Ledger
from tests.people import Person
from tests.statements import ofx_of, row, rows


async def test_undoing_the_only_import_takes_everything_away(person: Person) -> None:
    done = await person.import_file(ofx_of(*rows(5)))
    (account,) = await person.accounts()
    undone = decoded(await person.delete(f"/imports/{done.id}"), ImportUndoneView)
    assert (undone.transactions_removed, undone.transactions_kept, undone.kept) == (5, 0, [])
    assert (undone.accounts_removed, undone.accounts_kept) == ([account.id], [])
    assert await person.accounts() == []
    shown = decoded(await person.get(f"/imports/{done.id}"), ImportView)
    assert (undone.state, shown.state) == (ImportState.UNDONE, ImportState.UNDONE)
    again = await person.import_file(ofx_of(*rows(5)))
    assert (again.accounts[0].created, again.accounts[0].transactions_new) == (True, 5)


async def test_undoing_restores_what_was_corrected_and_names_what_others_told_since(person: Person) -> None:
    first = await person.import_file(ofx_of(row(name="Tea"), row("-2", fitid="2")))
    (account,) = await person.accounts()
    before = [await person.accounts(), await person.transactions(account.id)]
    second = await person.import_file(ofx_of(row(name="Tea house"), row("-3", fitid="3")))
    undone = decoded(await person.delete(f"/imports/{second.id}"), ImportUndoneView)
    assert (undone.transactions_removed, undone.transactions_restored, undone.transactions_kept) == (1, 1, 0)
    assert [await person.accounts(), await person.transactions(account.id)] == before
    third = await person.import_file(ofx_of(row(name="Tea")))
    kept = decoded(await person.delete(f"/imports/{first.id}"), ImportUndoneView)
    assert [(one.import_id, one.sync_id, one.account_id) for one in kept.kept] == [(third.id, None, account.id)]
    assert [one.id for one in await person.transactions(account.id)] == [kept.kept[0].transaction_id]


async def test_an_import_is_undone_once(person: Person) -> None:
    done = await person.import_file(ofx_of(row()))
    assert (await person.delete(f"/imports/{done.id}")).status_code == 200
    problem(await person.delete(f"/imports/{done.id}"), 409, "import_not_undoable")


async def test_nobody_undoes_imports_without_logging_in(ledger: Ledger, client: httpx.AsyncClient) -> None:
    problem(await client.delete(f"/api/v1/imports/{ledger.imports[0].id}"), 401, "unauthorized")


async def test_an_import_of_somebody_else_is_not_undone(ledger: Ledger, stranger: Person) -> None:
    for number in (ledger.imports[0].id, uuid4()):
        problem(await stranger.delete(f"/imports/{number}"), 404, "not_found")
    assert len(await ledger.owner.transactions(ledger.checking)) == ROWS


async def test_a_wrong_import_id_is_refused(stranger: Person) -> None:
    problem(await stranger.delete("/imports/xyz"), 404, "not_found")
