import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from app.application.imports.views import ImportPage, ImportView
from app.application.ledger.views import AccountPage
from app.domain.imports.statement_import import ImportState
from tests.answers import blamed, decoded, problem
from tests.api.conftest import CHECKING, ROWS, Ledger
from tests.api.paging import first_cursor, tampered, walk
from tests.people import Person, Town
from tests.statements import OFX_HEADER, ofx, ofx_of, row, rows, statement

DATA = Path(__file__).parents[1] / "data/ofx"
UPLOAD_BYTES_MAX = 32 * 2**20
IMPORTS = "/api/v1/imports"

type Counts = list[tuple[bool, int, int, int]]


def counts(done: ImportView) -> Counts:
    """Per account: created, new, duplicate, corrected."""
    return [
        (one.created, one.transactions_new, one.transactions_duplicate, one.transactions_corrected)
        for one in done.accounts
    ]


async def amounts(person: Person) -> list[str]:
    """Every amount of every account."""
    found = [one for account in await person.accounts() for one in await person.transactions(account.id)]
    return sorted((str(one.amount.amount) for one in found), key=float)


async def test_an_import_shows_every_field(person: Person) -> None:
    answer = await person.send_file(ofx_of(row("-1", fitid="a"), row("-2", fitid="b")))
    done = decoded(answer, ImportView, 201)
    (account,) = await person.accounts()
    assert (done.state, done.format, done.file_name, done.errors) == (ImportState.SUCCEEDED, "ofx", "bank.ofx", [])
    assert counts(done) == [(True, 2, 0, 0)]
    assert done.accounts[0].account_id == account.id
    assert done.finished_at
    assert done.created_at <= done.finished_at
    assert answer.headers["location"] == f"{IMPORTS}/{done.id}"
    assert decoded(await person.client.get(answer.headers["location"]), ImportView) == done


async def test_a_second_import_adds_nothing_new(person: Person) -> None:
    content = ofx_of(*rows(10))
    await person.import_file(content)
    before = await person.accounts()
    assert counts(await person.import_file(content)) == [(False, 0, 10, 0)]
    assert [account.id for account in await person.accounts()] == [account.id for account in before]
    assert len(await person.transactions(before[0].id)) == 10


async def test_rows_without_a_bank_id_stay_and_are_known_again(person: Person) -> None:
    twins = [row("-3.20", fitid=None), row("-3.20", fitid=None), row("-3.20", fitid=None, name="Coffee")]
    assert counts(await person.import_file(ofx_of(*twins))) == [(True, 3, 0, 0)]
    assert counts(await person.import_file(ofx_of(*twins))) == [(False, 0, 3, 0)]
    assert await amounts(person) == ["-3.20"] * 3


async def test_two_rows_with_one_bank_id_both_stay(person: Person) -> None:
    pair = [row("-7.00", fitid="1", name="Tea house"), row("-8.00", fitid="1", name="Book barn")]
    assert counts(await person.import_file(ofx_of(*pair))) == [(True, 2, 0, 0)]
    assert counts(await person.import_file(ofx_of(*pair))) == [(False, 0, 2, 0)]
    assert await amounts(person) == ["-8.00", "-7.00"]


async def test_two_equal_rows_with_one_bank_id_both_stay(person: Person) -> None:
    assert counts(await person.import_file(ofx_of(row("-7.00"), row("-7.00")))) == [(True, 2, 0, 0)]
    assert counts(await person.import_file(ofx_of(row("-7.00"), row("-7.00")))) == [(False, 0, 2, 0)]


async def test_overlapping_files_add_only_what_is_new(person: Person) -> None:
    await person.import_file(ofx_of(*rows(10)))
    assert counts(await person.import_file(ofx_of(*rows(10, start=6)))) == [(False, 6, 4, 0)]
    (account,) = await person.accounts()
    assert len(await person.transactions(account.id)) == 16


async def test_overlapping_statements_of_one_file_count_their_common_rows_once(person: Person) -> None:
    done = await person.import_file(ofx(statement(*rows(4)), statement(*rows(4, start=2))))
    assert [(one.transactions_new, one.transactions_duplicate) for one in done.accounts] == [(6, 2)]


async def test_a_corrected_description_is_counted_and_shown(person: Person) -> None:
    await person.import_file(ofx_of(row(name="PENDING 0001"), row("-2", fitid="2")))
    (account,) = await person.accounts()
    first = {one.id: one for one in await person.transactions(account.id)}
    assert counts(await person.import_file(ofx_of(row(name="Tea house"), row("-2", fitid="2")))) == [(False, 0, 1, 1)]
    later = {one.id: one for one in await person.transactions(account.id)}
    assert first.keys() == later.keys()
    (changed,) = [one for one in later.values() if one != first[one.id]]
    assert changed.description == "Tea house"
    assert changed.updated_at > first[changed.id].updated_at


async def test_every_statement_of_a_file_is_imported(person: Person) -> None:
    done = await person.import_file((DATA / "several-statements.qbo").read_bytes())
    assert [(created, new) for created, new, _, _ in counts(done)] == [(True, 1), (True, 1), (True, 2), (True, 2)]
    accounts = await person.accounts()
    assert [account.type for account in accounts] == ["checking", "savings", "credit_card", "brokerage"]
    assert [account.currency for account in accounts] == ["USD", "EUR", "USD", "USD"]
    assert {account.institution for account in accounts} == {"Fernhill Bank"}


async def test_xml_is_read_like_sgml(person: Person) -> None:
    await person.import_file((DATA / "xml-card.qfx").read_bytes())
    (account,) = await person.accounts()
    assert (account.type, account.is_liability) == ("credit_card", True)
    assert await person.transactions(account.id)


async def test_the_same_account_is_found_however_its_number_is_printed(ledger: Ledger) -> None:
    done = await ledger.owner.import_file(ofx_of(*rows(ROWS), number=CHECKING.replace("-", " ")))
    assert [one.account_id for one in done.accounts] == [ledger.checking]
    assert counts(done) == [(False, 0, ROWS, 0)]


async def test_one_number_in_two_currencies_is_two_accounts(person: Person) -> None:
    done = await person.import_file(ofx(statement(currency="USD"), statement(currency="EUR")))
    assert [created for created, *_ in counts(done)] == [True, True]


async def test_people_who_import_one_file_have_accounts_of_their_own(town: Town) -> None:
    people = [await town.person() for _ in range(2)]
    done = [await one.import_file(ofx_of(row())) for one in people]
    assert [counts(view) for view in done] == [[(True, 1, 0, 0)]] * 2
    accounts = [[account.id for account in await one.accounts()] for one in people]
    assert accounts == [[view.accounts[0].account_id] for view in done]
    assert accounts[0] != accounts[1]


async def test_simultaneous_imports_make_one_account_and_each_row_once(person: Person) -> None:
    content = ofx_of(*rows(60))
    done = await asyncio.gather(*(person.import_file(content) for _ in range(5)))
    (account,) = await person.accounts()
    assert {one.account_id for view in done for one in view.accounts} == {account.id}
    assert sorted(counts(view)[0] for view in done) == [(False, 0, 60, 0)] * 4 + [(True, 60, 0, 0)]
    assert len(await person.transactions(account.id)) == 60


async def test_simultaneous_imports_of_accounts_in_opposite_order_all_succeed(person: Person) -> None:
    first, second = [statement(*rows(40), number=number) for number in ("A", "B")]
    done = await asyncio.gather(*(person.import_file(ofx(*pair)) for pair in [(first, second), (second, first)] * 3))
    assert len(await person.accounts()) == 2
    assert sum(new for view in done for _, new, _, _ in counts(view)) == 80


async def test_an_older_statement_does_not_take_back_the_balance(person: Person) -> None:
    await person.import_file(ofx(statement(balance="50.00")))
    older = statement(balance="10.00").replace("20260131", "20251231")
    await person.import_file(ofx(older))
    (account,) = await person.accounts()
    assert account.balance.current
    assert str(account.balance.current.amount) == "50.00"


MT940 = """:20:X
:25:DE02120300000000202051
:28C:1/1
:60F:C260101EUR100,00
:61:2601050105D3,50NTRFNONREF//B1
:86:Tea house
:61:2601060106C10,00NTRFNONREF//B2
:86:Wages
:62F:C260131EUR{}
-
"""


@pytest.mark.parametrize(("closing", "gap"), [("106,50", None), ("100,00", "-6.50")])
async def test_a_statement_is_proved_or_its_gap_is_named(person: Person, closing: str, gap: str | None) -> None:
    done = await person.import_file(MT940.format(closing).encode())
    proof = done.accounts[0].balance_proof
    assert proof
    assert (proof.proved, proof.statements, proof.gap_count) == (gap is None, 1, int(gap is not None))
    assert [(str(one.ends_on), str(one.amount.amount)) for one in proof.gaps] == ([("2026-01-31", gap)] if gap else [])
    assert decoded(await person.get(f"/imports/{done.id}"), ImportView) == done


async def test_a_file_without_an_opening_balance_proves_nothing(person: Person) -> None:
    assert (await person.import_file(ofx_of(row()))).accounts[0].balance_proof is None


async def test_account_numbers_do_not_leave_the_server(person: Person) -> None:
    number = "987654321012"
    answers = [await person.send_file(ofx_of(row(), number=number)), await person.get("/accounts")]
    assert not [answer for answer in answers if number in answer.text or number[-5:] in answer.text]


async def test_faulty_rows_are_told_and_the_others_go_in(person: Person) -> None:
    faulty = [row(bad, fitid=bad) for bad in ("NaN", "1e400", "Infinity", "-inf", "", "0x10", "9" * 40, "1,234")]
    days = [row("-1", day, fitid=f"d{day}") for day in ("", "20260230", "00000000", "tomorrow", "9" * 20)]
    done = await person.import_file(ofx_of(row("-1", fitid="good"), *faulty, *days, row("-2", fitid="fine")))
    assert (done.state, counts(done)) == (ImportState.PARTIAL, [(True, 2, 0, 0)])
    assert len(done.errors) == len(faulty) + len(days)
    assert all(fault.locator.startswith("statement 1, row ") and fault.code and fault.detail for fault in done.errors)
    assert decoded(await person.get(f"/imports/{done.id}"), ImportView) == done
    assert await amounts(person) == ["-2", "-1"]


async def test_faults_beyond_the_limit_are_counted(person: Person) -> None:
    done = await person.import_file(ofx_of(*(row("NaN") for _ in range(1_200))))
    assert len(done.errors) == 1_001
    assert (done.errors[-1].code, done.errors[-1].detail) == ("more_faults", "200 more rows could not be read.")


CUT = ofx_of(*rows(3))
BAD_FILES = {
    "empty": (b"", 415, "statement_format_unknown"),
    "one byte": (b"<", 415, "statement_format_unknown"),
    "binary": (bytes(range(256)) * 40, 415, "statement_format_unknown"),
    "nothing but nul": (b"\0" * 10_000, 415, "statement_format_unknown"),
    "pdf": (b"%PDF-1.7\n1 0 obj\n", 415, "statement_format_unknown"),
    "zip": (b"PK\x03\x04" + b"\0" * 100, 415, "statement_format_unknown"),
    "csv": (b"Date,Amount\n2026-01-01,1.00\n", 415, "statement_format_unknown"),
    "html": (b"<html><body>Your session has ended</body></html>", 415, "statement_format_unknown"),
    "header alone": (OFX_HEADER.encode(), 400, "statement_unreadable"),
    "without a statement": (f"{OFX_HEADER}<OFX></OFX>".encode(), 400, "statement_unreadable"),
    "cut in a row": (CUT[: CUT.rindex(b"<FITID>")], 400, "statement_unreadable"),
    "cut after a row": (CUT[: CUT.rindex(b"</BANKTRANLIST>")], 400, "statement_unreadable"),
    "cut in its last tag": (CUT[:-4], 400, "statement_unreadable"),
    "row outside a statement": (f"{OFX_HEADER}<OFX>{row()}</OFX>".encode(), 400, "statement_unreadable"),
    "without an account": (ofx_of(row(), number=None), 400, "account_unnamed"),
    "with an empty account": (ofx_of(row(), number=" "), 400, "account_unnamed"),
    "good statement, then one without an account": (
        ofx(statement(row()), statement(row(), number=None)),
        400,
        "account_unnamed",
    ),
    "good statement, then cut": (ofx(statement(*rows(9)))[:-8], 400, "statement_unreadable"),
    "bomb of entities": ((DATA / "entity-bomb.ofx").read_bytes(), 400, "statement_unreadable"),
    "external entity": (
        (
            b'<?xml version="1.0"?><!DOCTYPE OFX [<!ENTITY x SYSTEM "file:///etc/passwd">]><?OFX OFXHEADER="200"?>'
            b"<OFX><STMTRS><NAME>&x;</NAME></STMTRS></OFX>"
        ),
        400,
        "statement_unreadable",
    ),
    "an endless value": (f"{OFX_HEADER}<OFX><ORG>{'x' * 200_000}</OFX>".encode(), 400, "statement_unreadable"),
    "the bank's error": ((DATA / "bank-error.ofx").read_bytes(), 400, "statement_unreadable"),
}


@pytest.mark.parametrize("name", BAD_FILES)
async def test_a_bad_file_is_refused_whole_and_with_a_reason(stranger: Person, name: str) -> None:
    content, status, code = BAD_FILES[name]
    problem(await stranger.send_file(content), status, code)
    assert await stranger.accounts() == []
    assert decoded(await stranger.get("/imports"), ImportPage).imports == []


GOOD_FILES = {
    "utf-16 with a mark": ofx_of(row("-5.00", name="Käse")).decode().encode("utf-16"),
    "utf-16 without a mark": (DATA / "utf-16-without-mark.ofx").read_bytes(),
    "said to be 1252, but utf-8": (DATA / "utf-8-said-1252.ofx").read_bytes(),
    "said to be utf-8, but 1252": (DATA / "cp1252-said-utf-8.ofx").read_bytes(),
    "said to be nonsense": ofx_of(row("-5.00")).replace(b"CHARSET:NONE", b"CHARSET:NO-SUCH-THING"),
    "with nul bytes": ofx_of(row("-5.00", name="T\0e\0a\x07", memo="\0")),
    "with bytes of no encoding": ofx_of(row("-5.00")).replace(b"Tea", b"T\x81\xff\xfe\x8d"),
    "nested deeply": ofx_of(row("-5.00")).replace(b"<OFX>", b"<OFX>" + b"<A>" * 100_000),
    "unknown elements": ofx_of(row("-5.00", **{"x.y": "1", "intu.bid": "2"})),
    "long texts": ofx_of(row("-5.00", name="n" * 5_000, memo="m" * 50_000, fitid="f" * 5_000)),
    "windows line ends": ofx_of(row("-5.00")).replace(b"\n", b"\r\n"),
    "a lone surrogate": ofx_of(row("-5.00", name="&#xD800;&#55357;x&#0;")),
}


@pytest.mark.parametrize("name", GOOD_FILES)
async def test_an_odd_file_is_imported_and_read_back(person: Person, name: str) -> None:
    done = await person.import_file(GOOD_FILES[name])
    (account,) = await person.accounts()
    found = await person.transactions(account.id)
    assert (done.state, counts(done)) == (ImportState.SUCCEEDED, [(True, len(found), 0, 0)])
    assert found
    assert counts(await person.import_file(GOOD_FILES[name])) == [(False, 0, len(found), 0)]


async def test_a_file_that_names_no_account_goes_into_the_chosen_one(person: Person) -> None:
    await person.import_file(ofx_of(row("-1")))
    (account,) = await person.accounts()
    done = await person.import_file(ofx_of(row("-2"), number=None), account_id=str(account.id))
    assert [(one.account_id, one.created, one.transactions_new) for one in done.accounts] == [(account.id, False, 1)]
    assert await amounts(person) == ["-2", "-1"]


async def test_a_chosen_account_takes_a_number_it_did_not_have(person: Person) -> None:
    await person.import_file(ofx_of(row("-1"), number="OLD"))
    (account,) = await person.accounts()
    for chosen in ({"account_id": str(account.id)}, {}):
        done = await person.import_file(ofx_of(row("-2"), number="NEW"), **chosen)
        assert [one.account_id for one in done.accounts] == [account.id]
    assert len(await person.accounts()) == 1


async def test_a_file_of_another_account_than_the_chosen_one_is_refused(person: Person) -> None:
    await person.import_file(ofx(statement(number="A"), statement(number="B")))
    first, _ = await person.accounts()
    answer = await person.send_file(ofx_of(row("-2"), number="B"), account_id=str(first.id))
    assert blamed(answer, 409, "account_other") == {"account_id"}
    assert await amounts(person) == []


async def test_an_account_of_somebody_else_cannot_be_chosen(ledger: Ledger, person: Person) -> None:
    before = await ledger.owner.get(f"/accounts/{ledger.checking}")
    for chosen in (ledger.checking, uuid4()):
        for number in (None, CHECKING, "MINE"):
            answer = await person.send_file(ofx_of(row("-666"), number=number), account_id=str(chosen))
            problem(answer, 404, "not_found")
    assert await person.accounts() == []
    assert (await ledger.owner.get(f"/accounts/{ledger.checking}")).json() == before.json()
    assert len(await ledger.owner.transactions(ledger.checking)) == ROWS


@pytest.mark.parametrize("chosen", ["xyz", "1", "\x00", "00000000-0000-0000-0000-00000000000g"])
async def test_a_wrong_account_id_is_blamed(stranger: Person, chosen: str) -> None:
    answer = await stranger.send_file(ofx_of(row()), account_id=chosen)
    assert blamed(answer, 400, "invalid") == {"account_id"}


@pytest.mark.parametrize(
    "upload",
    [
        {"files": {"document": ("a.ofx", b"OFXHEADER:100")}},
        {"files": {"x": ("", b"")}},
        {"files": [("file", ("a.ofx", ofx_of(row()))), ("file", ("b.ofx", ofx_of(row())))]},
        {"files": {"account_id": ("a", b"b")}, "data": {"file": "text"}},
        {"content": b"--x\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"content": b"no boundary", "headers": {"Content-Type": "multipart/form-data"}},
        {"content": b"", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"content": b"\0\1\2", "headers": {"Content-Type": b"multipart/form-data; boundary=\xff"}},
    ],
)
async def test_an_upload_without_one_file_is_refused(stranger: Person, upload: dict[str, object]) -> None:
    problem(await stranger.client.post(IMPORTS, **upload), 400, "invalid")  # type: ignore[arg-type]  # as httpx takes them
    assert await stranger.accounts() == []


@pytest.mark.parametrize("media", ["application/json", "application/x-ofx", "text/plain"])
async def test_another_media_type_is_refused(stranger: Person, media: str) -> None:
    answer = await stranger.client.post(IMPORTS, content=ofx_of(row()), headers={"Content-Type": media})
    problem(answer, 415, "unsupported_media")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "../../etc/passwd"),
        ("a\tb\x7f\x1b[2J.ofx", "ab[2J.ofx"),
        ("ü" * 300 + ".ofx", "ü" * 251 + ".ofx"),
    ],
)
async def test_a_file_name_is_kept_printable_and_short(person: Person, sent: str, kept: str) -> None:
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{sent}"\r\n\r\n'
    answer = await person.client.post(
        IMPORTS,
        content=head.encode() + ofx_of(row()) + b"\r\n--x--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert decoded(answer, ImportView, 201).file_name == kept


async def test_a_file_over_the_limit_is_refused(stranger: Person) -> None:
    content = ofx_of(row()) + b" " * (UPLOAD_BYTES_MAX + 5_000)
    problem(await stranger.send_file(content), 413, "too_large")
    assert await stranger.accounts() == []


async def test_a_file_over_the_limit_is_refused_while_it_is_read(stranger: Person) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.ofx"\r\n\r\n' + ofx_of(row())
        for _ in range(UPLOAD_BYTES_MAX // 2**20 + 1):
            yield b" " * 2**20

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    problem(await stranger.client.post(IMPORTS, content=endless(), headers=headers), 413, "too_large")
    assert await stranger.accounts() == []


async def test_nobody_imports_without_logging_in(client: httpx.AsyncClient) -> None:
    answer = await client.post(IMPORTS, files={"file": ("a.ofx", ofx_of(row()) + b" " * 2**22)})
    problem(answer, 401, "unauthorized")


@pytest.mark.parametrize("path", ["", f"/{UUID(int=0)}"])
async def test_nobody_sees_imports_without_logging_in(client: httpx.AsyncClient, path: str) -> None:
    problem(await client.get(IMPORTS + path), 401, "unauthorized")


async def test_an_import_of_somebody_else_is_not_found(ledger: Ledger, stranger: Person) -> None:
    for number in (ledger.imports[0].id, uuid4()):
        problem(await stranger.get(f"/imports/{number}"), 404, "not_found")


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 500])
async def test_imports_are_listed_newest_first_page_by_page(person: Person, limit: int) -> None:
    made = [await person.import_file(ofx_of(number=f"N-{number}")) for number in range(4)]
    pages = await walk(person, "/imports", limit)
    assert [one["id"] for page in pages for one in page] == [str(done.id) for done in reversed(made)]
    page = decoded(await person.get("/imports"), ImportPage)
    assert page.imports == [*reversed(made)]
    assert decoded(await person.get("/imports", include="total", limit=1), ImportPage).total_count == 4


async def test_a_cursor_of_imports_serves_its_owner_only(person: Person, stranger: Person) -> None:
    for _ in range(2):
        await person.import_file(ofx_of(row()))
    cursor = await first_cursor(person, "/imports")
    problem(await stranger.get("/imports", cursor=cursor), 400, "cursor_invalid")
    for changed in tampered(cursor):
        problem(await person.get("/imports", cursor=changed), 400, "cursor_invalid")


@pytest.mark.parametrize("parameter", [{"limit": "0"}, {"limit": "501"}, {"cursor": "ü"}, {"include": "rows"}])
async def test_a_wrong_parameter_is_blamed(stranger: Person, parameter: dict[str, str]) -> None:
    assert blamed(await stranger.get("/imports", **parameter), 400, "invalid") == {*parameter}


async def test_the_list_of_whoever_imported_nothing_is_empty(person: Person) -> None:
    assert decoded(await person.get("/imports"), ImportPage).imports == []
    assert decoded(await person.get("/accounts"), AccountPage).accounts == []
