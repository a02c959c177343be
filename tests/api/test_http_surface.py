"""What every answer says and what no request gets away with, whatever the route."""

from typing import Any

import httpx
import pytest

from app.presentation.http.surface import DEFAULTS
from tests.answers import problem
from tests.people import PASSWORD, Person, new_email

USERS = "/api/v1/users"
JSON_BYTES_MAX = 65_536


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/accounts"),
        ("GET", "/nope"),
        ("PUT", USERS),
        ("OPTIONS", USERS),
        ("HEAD", "/health/live"),
        ("GET", "/problems/invalid"),
    ],
)
async def test_every_answer_has_its_headers_and_none_about_versions(
    client: httpx.AsyncClient, method: str, path: str
) -> None:
    told = (await client.request(method, path)).headers
    assert {name.decode() for name in DEFAULTS} <= {*told}
    assert told["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in told["content-security-policy"]
    assert not any(character.isdigit() for character in told.get("server", ""))
    assert "x-powered-by" not in told


async def test_private_answers_are_stored_nowhere(person: Person) -> None:
    for path in ("/users/me", "/accounts", "/sessions"):
        assert (await person.get(path)).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (USERS, {"POST", "OPTIONS"}),
        ("/api/v1/users/me", {"GET", "HEAD", "PATCH", "DELETE", "OPTIONS"}),
        ("/api/v1/imports", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/health/live", {"GET", "HEAD", "OPTIONS"}),
    ],
)
async def test_options_and_refusals_name_the_same_methods(
    client: httpx.AsyncClient, path: str, allowed: set[str]
) -> None:
    answers = [await client.options(path), await client.request("TRACE", path)]
    assert [answer.status_code for answer in answers] == [204, 405]
    for answer in answers:
        assert {name.strip() for name in answer.headers["allow"].split(",")} == allowed


async def test_head_is_get_without_its_body(person: Person) -> None:
    answers = [await person.client.request(method, "/api/v1/users/me") for method in ("GET", "HEAD")]
    told = [{name: answer.headers[name] for name in ("etag", "content-type", "content-length")} for answer in answers]
    assert told[0] == told[1]
    assert answers[1].content == b""


async def send(client: httpx.AsyncClient, content: bytes, media: str = "application/json") -> httpx.Response:
    return await client.post(USERS, content=content, headers={"Content-Type": media})


@pytest.mark.parametrize("opening", [b"[", b'{"email":', b'{"a":[', b'[{"a":'])
async def test_deep_nesting_is_refused(client: httpx.AsyncClient, opening: bytes) -> None:
    problem(await send(client, opening * (JSON_BYTES_MAX // len(opening))), 400, "invalid")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nul\x00",
        b'{"email": "a@example.com\x00", "password": "x"}',
        b"\xff\xfe{}",
        b'{"email": "\xed\xa0\x80@example.com", "password": "correct horse battery staple"}',
        b'{"email": 1e400, "password": 1}',
        b'{"email": "a@example.com", "password": 123456789012345678}',
        b"{} {}",
        b"[" + b"1" * 60_000 + b"]",
    ],
)
async def test_what_is_no_json_of_that_kind_is_refused(client: httpx.AsyncClient, content: bytes) -> None:
    problem(await send(client, content), 400, "invalid")


async def test_json_is_bounded(client: httpx.AsyncClient) -> None:
    body = b'{"email": "%b", "password": "%b"}' % (new_email().encode(), PASSWORD.encode())
    problem(await send(client, body.ljust(JSON_BYTES_MAX + 1)), 413, "too_large")
    assert (await send(client, body.ljust(JSON_BYTES_MAX))).status_code == 201


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
async def test_only_json_is_read_where_json_is_asked_for(client: httpx.AsyncClient, media: str) -> None:
    problem(await send(client, b'{"email":"a@example.com","password":"x"}', media), 415, "unsupported_media")


@pytest.mark.parametrize(
    "params", [{"limit": "1" * 23}, {"limit": "-1"}, {"limit": "1.5"}, {"limit": "0x10"}, {"limit": ""}]
)
async def test_numbers_have_bounds(person: Person, params: dict[str, Any]) -> None:
    problem(await person.get("/accounts", **params), 400, "invalid")


async def test_without_a_setting_no_other_site_s_script_may_call(client: httpx.AsyncClient) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for answer in (await client.options(USERS, headers=headers), await client.get("/health/live", headers=headers)):
        assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
async def test_a_method_is_what_the_request_says(client: httpx.AsyncClient, header: str) -> None:
    answer = await client.post("/health/live", headers={header: "GET"})
    problem(answer, 405, "method_not_allowed")
