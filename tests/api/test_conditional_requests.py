import asyncio
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar, get
from litestar.enums import HttpMethod

from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.conditional import tagged_routes
from app.presentation.http.route import Public, RouteMetadata, operation
from tests.answers import problem
from tests.api.conftest import Ledger
from tests.people import Person

ME = "/api/v1/users/me"


async def tag_of(person: Person, path: str = ME) -> str:
    return str((await person.client.get(path)).headers["etag"])


async def rename(person: Person, name: str, **headers: str) -> httpx.Response:
    return await person.client.patch(
        ME, json={"name": name}, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


async def test_single_resources_have_strong_tags_that_stay(ledger: Ledger) -> None:
    owner = ledger.owner
    paths = [ME, *(f"/api/v1/{path}" for path in (f"accounts/{ledger.checking}", f"imports/{ledger.imports[0].id}"))]
    tags = [await tag_of(owner, path) for path in paths]
    assert [await tag_of(owner, path) for path in paths] == tags
    assert len({*tags}) == len(tags)
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)


@pytest.mark.parametrize("known", ["{}", "W/{}", '"x", {}', 'W/"x" , W/{}', "*"])
async def test_who_has_the_content_gets_none(person: Person, known: str) -> None:
    tag = await tag_of(person)
    for method in ("GET", "HEAD"):
        answer = await person.client.request(method, ME, headers={"If-None-Match": known.format(tag)})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
        assert answer.headers["cache-control"] == "no-store"
        assert "content-type" not in answer.headers


@pytest.mark.parametrize("known", ['"x"', "", "x", "{}x"])
async def test_who_has_other_content_gets_it(person: Person, known: str) -> None:
    answer = await person.client.get(ME, headers={"If-None-Match": known.format(await tag_of(person))})
    assert (answer.status_code, answer.json()["email"]) == (200, person.email)


async def test_a_change_is_made_to_what_was_read(person: Person) -> None:
    read = await tag_of(person)
    assert (await rename(person, "Ada", if_match=read)).status_code == 200
    problem(await rename(person, "Eve", if_match=read), 412, "precondition_failed")
    assert (await person.client.get(ME)).json()["name"] == "Ada"
    assert (await rename(person, "Bea", if_match=f'"x", {await tag_of(person)}')).status_code == 200
    assert (await rename(person, "Cleo", if_match="*")).status_code == 200
    problem(await rename(person, "Eve", if_match=f"W/{await tag_of(person)}"), 412, "precondition_failed")
    assert (await person.client.get(ME)).json()["name"] == "Cleo"


async def test_of_many_changes_to_what_was_read_one_is_made(person: Person) -> None:
    read = await tag_of(person)
    names = [uuid4().hex for _ in range(6)]
    answers = await asyncio.gather(*(rename(person, name, if_match=read) for name in names))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412, 412]
    (made,) = (name for name, answer in zip(names, answers, strict=True) if answer.is_success)
    assert (await person.client.get(ME)).json()["name"] == made


async def test_a_condition_is_told_to_nobody_who_may_not_ask(client: httpx.AsyncClient) -> None:
    for headers in ({"If-None-Match": "*"}, {"If-Match": '"x"'}):
        problem(await client.get(ME, headers=headers), 401, "unauthorized")
        problem(await client.patch(ME, headers=headers), 401, "unauthorized")


def test_a_change_can_be_compared_with_a_get_only() -> None:
    meta = RouteMetadata(
        method=HttpMethod.PATCH,
        path="/x",
        operation_id="x",
        tag="X",
        auth=Public(),
        limit=LimitPolicy.API_WRITE,
        has_etag=True,
    )

    async def change() -> None:
        """Change it."""

    @get("/y")
    async def read() -> None: ...

    with pytest.raises(TypeError, match="/x takes If-Match"):
        tagged_routes(Litestar([operation(meta, change), read], openapi_config=None))
