from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from app.application.imports.list_import_formats import ImportFormatList
from app.application.imports.mapping_views import CsvMappingView, ImportMappingPage, ImportMappingView
from app.domain.imports.csv_mapping import CsvMapping
from tests.answers import blamed, decoded, problem
from tests.api.paging import walk
from tests.people import Person

MAPPING: dict[str, Any] = {"date": "Datum", "date_order": "day_first", "amount": "Betrag", "decimal_comma": True}
PATH = "/import-mappings"


async def saved(person: Person, name: str) -> ImportMappingView:
    return decoded(await person.post(PATH, name=name, mapping=MAPPING), ImportMappingView, 201)


def test_the_api_shows_what_the_domain_knows() -> None:
    shown = CsvMappingView(**MAPPING)
    domain, api = (msgspec.json.decode(msgspec.json.encode(one)) for one in (shown.mapping, shown))
    assert domain == api
    assert CsvMappingView.__struct_fields__ == tuple(CsvMapping.__dataclass_fields__)
    assert shown.mapping == CsvMapping(**MAPPING)


async def test_anybody_may_ask_for_the_formats(client: httpx.AsyncClient) -> None:
    answer = decoded(await client.get("/api/v1/import-formats"), ImportFormatList)
    assert {"ofx"} <= {one.code for one in answer.import_formats}
    assert all(one.name and one.suffixes for one in answer.import_formats)
    assert answer.limits.at_once_bytes_max < answer.limits.upload_bytes_max


async def test_a_mapping_is_saved_listed_and_forgotten(person: Person) -> None:
    answer = await person.post(PATH, name="Sparkasse", mapping=MAPPING)
    made = decoded(answer, ImportMappingView, 201)
    assert (made.name, made.mapping) == ("Sparkasse", CsvMappingView(**MAPPING))
    listed = decoded(await person.get(PATH, include="total"), ImportMappingPage)
    assert (listed.import_mappings, listed.total_count) == ([made], 1)
    assert answer.headers["location"] == f"/api/v1{PATH}/{made.id}"
    assert (await person.delete(f"{PATH}/{made.id}")).status_code == 204
    assert decoded(await person.get(PATH), ImportMappingPage).import_mappings == []
    problem(await person.delete(f"{PATH}/{made.id}"), 404, "not_found")


async def test_pages_cover_every_mapping_once(person: Person) -> None:
    names = [(await saved(person, f"Bank {number}")).name for number in range(3)]
    assert [[one["name"] for one in page] for page in await walk(person, PATH, 2)] == [names[:2], names[2:]]


async def test_a_name_is_taken_once_whatever_its_case_but_not_by_others(person: Person, stranger: Person) -> None:
    await saved(person, "Card")
    answer = await person.post(PATH, name="CARD", mapping=MAPPING)
    assert blamed(answer, 409, "mapping_name_taken") == {"/name"}
    theirs = await saved(stranger, "Card")
    assert (await stranger.delete(f"{PATH}/{theirs.id}")).status_code == 204


async def test_a_mapping_that_can_read_nothing_is_refused(stranger: Person) -> None:
    unusable = {"date": "x", "date_order": "day_first", "has_headings": False, "debit": "2", "amount": "3"}
    answer = await stranger.post(PATH, name="n", mapping=unusable)
    assert blamed(answer, 400, "mapping_unusable") == {"/mapping/date", "/mapping/amount"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "n"}, "/mapping"),
        ({"name": "", "mapping": MAPPING}, "/name"),
        ({"name": "a\nb", "mapping": MAPPING}, "/name"),
        ({"name": "n", "mapping": MAPPING | {"amount_of": "x"}}, "/mapping/amount_of"),
        ({"name": "n", "mapping": MAPPING | {"date_order": "backwards"}}, "/mapping/date_order"),
        ({"name": "n", "mapping": MAPPING | {"currency": "euro"}}, "/mapping/currency"),
        ({"name": "n", "mapping": MAPPING | {"memo": "a\x00"}}, "/mapping/memo"),
        ({"name": "n", "mapping": MAPPING | {"fees": ["a"] * 11}}, "/mapping/fees"),
    ],
)
async def test_a_wrong_field_is_blamed(stranger: Person, body: dict[str, Any], field: str) -> None:
    assert blamed(await stranger.post(PATH, **body), 400, "invalid") == {field}


async def test_a_file_is_read_with_the_mapping_it_names(person: Person) -> None:
    columns = {"date": "Tag", "date_order": "day_first", "amount": "Wert", "decimal_comma": True, "currency": "EUR"}
    columns |= {"description": ["Zweck"], "account_number": "Konto"}
    assert (await person.post(PATH, name="Meine Bank", mapping=columns)).status_code == 201
    content = b"Konto;Tag;Wert;Zweck\n7788;05.01.2026;-4,50;Tee\n7788;06.01.2026;1.200,00;Lohn\n"
    done = await person.import_file(content, mapping="meine bank")
    assert [(one.transactions_new, done.format) for one in done.accounts] == [(2, "csv")]
    rows = await person.transactions(done.accounts[0].account_id)
    assert [(str(one.amount.amount), one.amount.currency, one.description) for one in rows] == [
        ("1200.00", "EUR", "Lohn"),
        ("-4.50", "EUR", "Tee"),
    ]


async def test_a_mapping_that_was_never_saved_is_refused(person: Person, stranger: Person) -> None:
    await saved(person, "Mine alone")
    for headers in ({}, {"Prefer": "respond-async"}):
        for path in ("imports", "import-previews"):
            answer = await stranger.client.post(
                f"/api/v1/{path}", files={"file": b"a;b"}, data={"mapping": "Mine alone"}, headers=headers
            )
            assert blamed(answer, 400, "mapping_unknown") == {"mapping"}


async def test_mappings_need_a_login_and_their_owner(
    client: httpx.AsyncClient, person: Person, stranger: Person
) -> None:
    made = await saved(person, "Mine")
    problem(await client.get(f"/api/v1{PATH}"), 401, "unauthorized")
    problem(await client.post(f"/api/v1{PATH}", json={}), 401, "unauthorized")
    problem(await client.delete(f"/api/v1{PATH}/{made.id}"), 401, "unauthorized")
    for mapping_id in (made.id, uuid4()):
        problem(await stranger.delete(f"{PATH}/{mapping_id}"), 404, "not_found")
    assert decoded(await person.get(PATH), ImportMappingPage).import_mappings == [made]
