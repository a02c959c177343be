from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import pytest

from app.application.imports.views import ImportPage
from app.application.ledger.views import AccountPage, AccountView
from app.domain.ledger.account import AccountType
from tests.answers import blamed, decoded, problem
from tests.api.conftest import Ledger
from tests.api.paging import first_cursor, tampered, walk
from tests.people import Person, Town
from tests.statements import ofx, statement

NONE = UUID("00000000-0000-7000-8000-000000000000")


async def test_an_account_shows_every_field(ledger: Ledger) -> None:
    account = decoded(await ledger.owner.get(f"/accounts/{ledger.checking}"), AccountView)
    assert (account.id, account.type, account.currency) == (ledger.checking, AccountType.CHECKING, "USD")
    assert (account.name, account.institution, account.number_masked) == ("Checking", None, "••••5678")
    assert (account.is_liability, account.hidden) == (False, False)
    assert account.balance.current
    assert str(account.balance.current.amount) == "1234.50"
    assert account.balance.available is None
    assert account.balance.as_of == account.freshness.data_as_of == datetime(2026, 1, 31, tzinfo=UTC)
    imports = decoded(await ledger.owner.get("/imports", limit=500), ImportPage).imports  # newest first
    known = [one for one in imports if account.id in {part.account_id for part in one.accounts}]
    told = [one.id for one in known if one.state != "undone"][:10]
    assert [(source.kind, source.id) for source in account.sources] == [("import", one) for one in reversed(told)]
    assert (account.freshness.state, account.freshness.user_action) == ("manual", None)
    assert account.freshness.last_success_at == account.updated_at > account.created_at
    assert account.created_at.utcoffset() is not None


async def test_money_is_text_with_the_scale_it_came_with(ledger: Ledger) -> None:
    account = (await ledger.owner.get(f"/accounts/{ledger.checking}")).json()
    assert account["balance"]["current"] == {"amount": "1234.50", "currency": "USD"}


async def test_accounts_are_listed_in_the_order_they_were_opened(ledger: Ledger) -> None:
    page = decoded(await ledger.owner.get("/accounts"), AccountPage)
    assert [account.id for account in page.accounts] == [ledger.checking, ledger.savings]
    assert page.accounts[0] == decoded(await ledger.owner.get(f"/accounts/{ledger.checking}"), AccountView)
    assert (page.has_more, page.next_cursor) == (False, None)


async def test_a_card_is_a_liability(person: Person) -> None:
    card = "<CREDITCARDMSGSRSV1><CCSTMTRS><CURDEF>USD<CCACCTFROM><ACCTID>4111-9999</CCACCTFROM></CCSTMTRS>"
    await person.import_file(f"OFXHEADER:100\n\n<OFX>{card}</CREDITCARDMSGSRSV1></OFX>".encode())
    (account,) = await person.accounts()
    assert (account.type, account.is_liability) == (AccountType.CREDIT_CARD, True)
    assert (account.balance.current, account.balance.as_of) == (None, None)


async def test_whoever_has_nothing_sees_an_empty_list(stranger: Person) -> None:
    page = decoded(await stranger.get("/accounts"), AccountPage)
    assert (page.accounts, page.has_more, page.next_cursor) == ([], False, None)


async def test_the_total_is_told_when_asked_for(ledger: Ledger, stranger: Person) -> None:
    assert decoded(await ledger.owner.get("/accounts", include="total", limit=1), AccountPage).total_count == 2
    assert decoded(await stranger.get("/accounts", include="total"), AccountPage).total_count == 0
    assert "total_count" not in (await ledger.owner.get("/accounts")).json()


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 500])
async def test_pages_cover_every_account_once_in_order(person: Person, limit: int) -> None:
    await person.import_file(ofx(*(statement(number=f"N-{number}") for number in range(4))))
    everything = [str(account.id) for account in await person.accounts()]
    pages = await walk(person, "/accounts", limit)
    assert [account["id"] for page in pages for account in page] == everything
    assert len(everything) == 4
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)


@pytest.mark.parametrize("path", ["", f"/{NONE}"])
async def test_nobody_sees_accounts_without_logging_in(client: httpx.AsyncClient, path: str) -> None:
    problem(await client.get(f"/api/v1/accounts{path}"), 401, "unauthorized")


async def test_an_account_of_somebody_else_is_not_found_like_one_that_does_not_exist(
    ledger: Ledger, stranger: Person
) -> None:
    foreign, missing = [await stranger.get(f"/accounts/{number}") for number in (ledger.checking, uuid4())]
    theirs, nones = problem(foreign, 404, "not_found"), problem(missing, 404, "not_found")
    assert (theirs.title, theirs.detail, theirs.errors) == (nones.title, nones.detail, nones.errors)


@pytest.mark.parametrize("number", ["xyz", "1", "00000000-0000-0000-0000-00000000000g", "%00", "%F0%9F%98%80"])
async def test_what_is_no_id_is_not_found(stranger: Person, number: str) -> None:
    problem(await stranger.client.get(f"/api/v1/accounts/{number}"), 404, "not_found")


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("limit", value) for value in ("0", "-1", "501", "1" * 30, "1.5", "x", "", "1e400", "NaN", "٣", "1\x00")]
    + [("cursor", value) for value in ("", "ü", "a b", "=", "a" * 201, "\x00")]
    + [("include", value) for value in ("totals", "", "total,total")],
)
async def test_a_wrong_parameter_is_blamed(stranger: Person, parameter: str, value: str) -> None:
    assert blamed(await stranger.get("/accounts", **{parameter: value}), 400, "invalid") == {parameter}


async def test_a_cursor_that_was_tampered_with_is_refused(ledger: Ledger) -> None:
    for cursor in tampered(await first_cursor(ledger.owner, "/accounts")):
        problem(await ledger.owner.get("/accounts", cursor=cursor), 400, "cursor_invalid")


async def test_a_cursor_serves_its_owner_and_list_only(ledger: Ledger, town: Town, stranger: Person) -> None:
    cursor = await first_cursor(ledger.owner, "/accounts")
    again = await town.person(ledger.owner.email)
    assert (await again.get("/accounts", cursor=cursor)).status_code == 200
    for person, path in ((stranger, "/accounts"), (ledger.owner, "/imports"), (ledger.owner, ledger.transactions)):
        assert blamed(await person.get(path, cursor=cursor), 400, "cursor_invalid") == {"cursor"}
