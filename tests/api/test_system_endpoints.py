from uuid import UUID, uuid4

import httpx
import pytest

from app.presentation.http.registry import ROUTES
from tests.answers import problem
from tests.people import Person

HEALTHY = {"postgres": True, "redis": True, "events": True}


async def test_a_live_and_ready_server_says_so(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health/live")).json() == {"status": "alive"}
    ready = (await client.get("/health/ready")).json()
    assert (ready["ready"], ready["parts"]) == (True, HEALTHY)
    assert 0 <= ready["event_lag_seconds"] < 60


@pytest.mark.parametrize("code", sorted({error.code for meta in ROUTES for error in meta.refusals}))
async def test_every_problem_has_its_page(client: httpx.AsyncClient, code: str) -> None:
    page = await client.get(f"/problems/{code}")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<code>{code}</code>" in page.text


@pytest.mark.parametrize(
    "path", ["/problems/nothing_like_it", "/problems/<script>", "/nope", "/", "/api/v1", "/api/v2/users"]
)
async def test_an_unknown_path_is_a_problem(client: httpx.AsyncClient, path: str) -> None:
    problem(await client.get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/v1/users", {"POST", "OPTIONS"}),
        ("DELETE", "/api/v1/accounts", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("PATCH", "/api/v1/imports", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("POST", "/health/live", {"GET", "HEAD", "OPTIONS"}),
        ("BREW", "/health/live", {"GET", "HEAD", "OPTIONS"}),
    ],
)
async def test_a_method_a_resource_lacks_is_a_problem(
    client: httpx.AsyncClient, method: str, path: str, allowed: set[str]
) -> None:
    answer = await client.request(method, path)
    problem(answer, 405, "method_not_allowed")
    assert {name.strip() for name in answer.headers["allow"].split(",")} == allowed


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/health/live"),
        ("GET", "/nope"),
        ("DELETE", "/api/v1/users"),
        ("GET", "/api/v1/accounts"),
        ("POST", "/api/v1/users"),
        ("OPTIONS", "/api/v1/users"),
        ("GET", "/schema/openapi.json"),
        ("HEAD", "/nope"),
    ],
)
async def test_every_answer_carries_one_trace_id(client: httpx.AsyncClient, method: str, path: str) -> None:
    answers = [await client.request(method, path) for _ in range(2)]
    ids = [answer.headers.get_list("x-trace-id") for answer in answers]
    assert [len(found) for found in ids] == [1, 1]
    assert len({str(UUID(found[0])) for found in ids}) == 2


async def test_the_trace_id_a_caller_sends_is_kept(client: httpx.AsyncClient) -> None:
    asked = str(uuid4())
    answer = await client.get("/api/v1/accounts", headers={"X-Trace-Id": asked})
    assert problem(answer, 401, "unauthorized").trace_id == asked


@pytest.mark.parametrize("sent", ["1", "level=error forged=yes", "x" * 1000, ""])
async def test_what_is_no_trace_id_is_replaced(client: httpx.AsyncClient, sent: str) -> None:
    answer = await client.get("/health/live", headers={"X-Trace-Id": sent})
    assert UUID(answer.headers["x-trace-id"]).version == 7


async def test_the_schema_describes_the_api(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/schema/openapi.json")).json()
    assert schema["openapi"].startswith("3.1")
    assert {"/api/v1/users", "/api/v1/imports", "/api/v1/accounts/{account_id}/transactions"} <= {*schema["paths"]}
    assert (await client.get("/schema")).status_code == 200


async def test_a_large_query_and_header_break_nothing(client: httpx.AsyncClient, stranger: Person) -> None:
    assert (await client.get("/health/live", params={"x": "y" * 20_000})).status_code < 500
    assert (await stranger.get("/accounts", **{f"p{number}": "1" for number in range(500)})).status_code < 500
