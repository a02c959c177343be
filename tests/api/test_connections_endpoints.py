from uuid import UUID

import httpx
import pytest

from app.application.connections.views import ConnectionPage, ProviderPage, ProviderView
from tests.answers import blamed, decoded, problem
from tests.people import Person

NONE = UUID("00000000-0000-7000-8000-000000000000")
ONE = f"/connections/{NONE}"
ROUTES = [
    ("GET", "/providers"),
    ("GET", "/providers/simplefin"),
    ("GET", "/connections"),
    ("POST", "/connections"),
    ("GET", ONE),
    ("PATCH", ONE),
    ("DELETE", ONE),
    ("PUT", f"{ONE}/pause"),
    ("DELETE", f"{ONE}/pause"),
    ("GET", f"{ONE}/accounts"),
    ("POST", f"{ONE}/authorizations"),
    ("POST", f"{ONE}/token-refreshes"),
]


async def test_the_catalogue_says_how_to_connect(stranger: Person) -> None:
    page = decoded(await stranger.get("/providers", include="total"), ProviderPage)
    assert page.total_count == len(page.providers)
    assert [provider.slug for provider in page.providers] == sorted(provider.slug for provider in page.providers)
    for provider in page.providers:
        assert decoded(await stranger.get(f"/providers/{provider.slug}"), ProviderView) == provider
        assert bool(provider.credential_fields) == (provider.connect_by != "oauth")


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_nobody_connects_without_logging_in(client: httpx.AsyncClient, method: str, path: str) -> None:
    problem(await client.request(method, f"/api/v1{path}"), 401, "unauthorized")


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if ONE in route[1]])
async def test_what_is_not_there_is_not_found(stranger: Person, method: str, path: str) -> None:
    body: dict[str, str] | None = {} if method == "PATCH" else None
    problem(await stranger.client.request(method, f"/api/v1{path}", json=body), 404, "not_found")


async def test_whoever_has_no_connection_sees_none(stranger: Person) -> None:
    assert decoded(await stranger.get("/connections"), ConnectionPage).connections == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid"),
        ({"provider_slug": 1}, "invalid"),
        ({"provider_slug": "Nope!"}, "invalid"),
        ({"provider_slug": "none"}, "provider_unknown"),
        ({"provider_slug": "alpaca", "alias": ""}, "invalid"),
        ({"provider_slug": "alpaca", "credentials": {"x": ""}}, "invalid"),
        ({"provider_slug": "alpaca"}, "credentials_incomplete"),
        ({"provider_slug": "alpaca", "secret": "x"}, "invalid"),
    ],
)
async def test_what_cannot_be_connected_is_refused(stranger: Person, body: dict[str, object], code: str) -> None:
    answer = await stranger.client.post("/api/v1/connections", json=body)
    problem(answer, 400, code)


async def test_missing_credentials_are_named(stranger: Person) -> None:
    answer = await stranger.post("/connections", provider_slug="alpaca", credentials={"nothing": "x"})
    known = decoded(await stranger.get("/providers/alpaca"), ProviderView)
    wanted = {f"/credentials/{field.name}" for field in known.credential_fields}
    assert blamed(answer, 400, "credentials_incomplete") == wanted | {"/credentials/nothing"}


async def test_a_link_or_callback_that_nobody_began_is_refused(client: httpx.AsyncClient) -> None:
    for path in ("/oauth/authorizations/" + "x" * 43, "/oauth/schwab/callback?state=x&code=<script>"):
        answer = await client.get(path, headers={"Cookie": "dashtam-consent=" + "y" * 43})
        assert answer.status_code == 403
        assert answer.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "<script>" not in answer.text
