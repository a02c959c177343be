from uuid import uuid4

import httpx
import pytest

from app.application.imports.preview_view import ImportPreview
from app.application.imports.views import ImportPage
from app.application.ledger.get_transaction import TransactionDetail
from app.domain.ledger.row_matching import MatchedBy
from tests.answers import blamed, decoded, problem
from tests.api.conftest import CHECKING, ROWS, Ledger
from tests.people import Person
from tests.statements import OFX_HEADER, ofx_of, row, rows

PREVIEWS = "/api/v1/import-previews"


async def preview(person: Person, content: bytes, **form: str) -> httpx.Response:
    return await person.client.post(PREVIEWS, files={"file": ("bank.ofx", content)}, data=form)


async def test_a_preview_tells_every_row_and_stores_nothing(person: Person) -> None:
    await person.import_file(ofx_of(row("-1", fitid="a"), row("-2", fitid="b")))
    (account,) = await person.accounts()
    before = [await person.accounts(), await person.transactions(account.id)]
    known = {str(one.amount.amount): one.id for one in await person.transactions(account.id)}
    stated = [row("-1", fitid="a"), row("-2", fitid="b", name="Tea house"), row("-3", fitid="c"), row("NaN", fitid="d")]
    content = ofx_of(*stated)
    shown = decoded(await preview(person, content), ImportPreview)
    assert [(one.outcome, one.transaction_id, one.matched_by) for one in shown.rows] == [
        ("duplicate", known["-1"], MatchedBy.BANK_ID),
        ("correction", known["-2"], MatchedBy.BANK_ID),
        ("new", None, MatchedBy.NEW),
    ]
    assert (shown.rows_total, [one.locator[:18] for one in shown.errors]) == (3, ["statement 1, row 4"])
    assert [await person.accounts(), await person.transactions(account.id)] == before
    assert len(decoded(await person.get("/imports"), ImportPage).imports) == 1
    done = await person.import_file(content)
    counted = (shown.accounts[0].transactions_new, shown.accounts[0].transactions_duplicate)
    assert counted == (done.accounts[0].transactions_new, done.accounts[0].transactions_duplicate) == (1, 1)
    assert (shown.state, shown.errors) == (done.state, done.errors)


async def test_a_preview_of_an_unknown_account_opens_none(person: Person) -> None:
    shown = decoded(await preview(person, ofx_of(*rows(3), rows(1)[0])), ImportPreview)
    assert [(one.account_id, one.created, one.transactions_new) for one in shown.accounts] == [(None, True, 4)]
    assert await person.accounts() == []


async def test_a_long_preview_shows_a_thousand_rows(person: Person) -> None:
    shown = decoded(await preview(person, ofx_of(*rows(1_100))), ImportPreview)
    assert (len(shown.rows), shown.rows_total, shown.rows[0].locator[:18]) == (1_000, 1_100, "statement 1, row 1")


BAD = {
    "no statement": (b"%PDF-1.7", 415, "statement_format_unknown"),
    "cut": (ofx_of(*rows(3))[:-8], 400, "statement_unreadable"),
    "nothing in it": (OFX_HEADER.encode(), 400, "statement_unreadable"),
    "no account": (ofx_of(row(), number=None), 400, "account_unnamed"),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_file_is_refused_as_by_an_import(stranger: Person, name: str) -> None:
    content, status, code = BAD[name]
    problem(await preview(stranger, content), status, code)


async def test_a_wrong_account_id_is_blamed(stranger: Person) -> None:
    assert blamed(await preview(stranger, ofx_of(row()), account_id="xyz"), 400, "invalid") == {"account_id"}


async def test_an_account_of_somebody_else_is_not_previewed(ledger: Ledger, stranger: Person) -> None:
    for chosen in (ledger.checking, uuid4()):
        problem(await preview(stranger, ofx_of(row(), number=CHECKING), account_id=str(chosen)), 404, "not_found")


async def test_nobody_previews_without_logging_in(client: httpx.AsyncClient) -> None:
    problem(await client.post(PREVIEWS, files={"file": ("a.ofx", ofx_of(row()))}), 401, "unauthorized")


async def test_a_transaction_shows_all_that_told_of_it(person: Person) -> None:
    done = [await person.import_file(ofx_of(row(name=name, checknum="7"))) for name in ("Tea", "Tea house")]
    (account,) = await person.accounts()
    (listed,) = await person.transactions(account.id)
    found = decoded(await person.get(f"/transactions/{listed.id}"), TransactionDetail)
    assert {name: getattr(found, name) for name in listed.__struct_fields__} == {
        name: getattr(listed, name) for name in listed.__struct_fields__
    }
    assert [(one.import_id, one.sync_id, one.matched_by) for one in found.sources] == [
        (done[0].id, None, MatchedBy.NEW),
        (done[1].id, None, MatchedBy.BANK_ID),
    ]
    assert [(one.external_id, one.removed) for one in found.sources] == [("1", False)] * 2
    assert all(one.locator.startswith("statement 1, row 1") for one in found.sources)


async def test_a_transaction_of_somebody_else_is_not_found(ledger: Ledger, stranger: Person) -> None:
    mine = (await ledger.owner.transactions(ledger.checking))[0].id
    assert len(await ledger.owner.transactions(ledger.checking)) == ROWS
    for number in (mine, uuid4()):
        problem(await stranger.get(f"/transactions/{number}"), 404, "not_found")
    problem(await stranger.get("/transactions/xyz"), 404, "not_found")


async def test_nobody_reads_a_transaction_without_logging_in(client: httpx.AsyncClient) -> None:
    problem(await client.get(f"/api/v1/transactions/{uuid4()}"), 401, "unauthorized")
