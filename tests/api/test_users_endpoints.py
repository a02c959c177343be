import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.application.identity.views import UserView
from tests.answers import blamed, decoded, problem
from tests.people import PASSWORD, Person, Town, new_email

USERS = "/api/v1/users"
ME = "/api/v1/users/me"


async def test_registering_answers_the_new_user_and_where_it_is(town: Town) -> None:
    address = new_email()
    answer = await town.register(address)
    user = decoded(answer, UserView, 201)
    assert (user.email, user.roles, user.email_verified) == (address, ["user"], False)
    assert abs((datetime.now(UTC) - user.created_at).total_seconds()) < 60
    assert answer.headers["location"] == ME


async def test_a_user_reads_the_own_profile(person: Person) -> None:
    user = decoded(await person.get("/users/me"), UserView)
    assert (user.id, user.email, user.email_verified) == (person.user_id, person.email, True)


async def test_the_profile_of_nobody_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get(ME)
    problem(answer, 401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_profile_is_ones_own_whoever_asks(person: Person, stranger: Person) -> None:
    mine, theirs = [decoded(await one.get("/users/me"), UserView) for one in (person, stranger)]
    assert mine.id != theirs.id


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{}@example.com", "{}@example.com"),
        ("{}@example.com", "{}@EXAMPLE.Com"),
        ("a{}@example.com", "A{}@example.com"),
        ("{}ö@example.com", "{}o\u0308@example.com"),  # composed and decomposed
        ("{}ö@example.com", "{}Ö@example.com"),
        ("{}\uff41@example.com", "{}a@example.com"),  # full-width
        ("{}@bücher.example", "{}@xn--bcher-kva.example"),
        ("{}@bücher.example", "{}@BÜCHER.example"),
        ("{}\u13a0@example.com", "{}\uab70@example.com"),  # Cherokee, whose capitals are the folded form
    ],
)
async def test_an_address_is_registered_once_however_it_is_spelt(town: Town, first: str, second: str) -> None:
    name = new_email().partition("@")[0]
    decoded(await town.register(first.format(name)), UserView, 201)
    problem(await town.register(second.format(name)), 409, "email_taken")


async def test_of_simultaneous_registrations_one_succeeds(town: Town) -> None:
    address = new_email()
    answers = await asyncio.gather(*(town.register(address) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]


@pytest.mark.parametrize(
    "password",
    [
        "too short",
        "fourteen chars",
        "passwordpassword",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "password123456789",
    ],
)
async def test_a_weak_password_is_refused(town: Town, password: str) -> None:
    assert blamed(await town.register(new_email(), password), 400, "password_too_weak") == {"/password"}


async def test_the_own_address_is_a_weak_password(town: Town) -> None:
    address = new_email()
    problem(await town.register(address, address), 400, "password_too_weak")


@pytest.mark.parametrize("password", ["ничего не понимаю вообще", "x y z " * 21 + "12", "four words and 😀"])
async def test_any_long_password_works(town: Town, password: str) -> None:
    assert (await town.register(new_email(), password)).status_code == 201


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "a b@example.com",
        "ada@exa mple.com",
        "a@b@example.com",
        "ada@example..com",
        "ada@-\x00.com",
        "ada\n@example.com",
        f"{'a' * 250}@example.com",
        f"a@{'b' * 64}.com",
        "ada@exam_ple.com",
        "ada@example.com\r\nBcc: eve@example.com",
        "<ada@example.com>,eve@example.com",
    ],
)
async def test_what_is_no_address_is_refused(town: Town, address: str) -> None:
    answer = await town.register(address)
    assert answer.json()["type"] in {"/problems/invalid", "/problems/email_invalid"}
    assert blamed(answer, 400, answer.json()["type"].removeprefix("/problems/")) == {"/email"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "ada@example.com"}, "/password"),
        ({"password": PASSWORD}, "/email"),
        ({"email": 5, "password": PASSWORD}, "/email"),
        ({"email": None, "password": PASSWORD}, "/email"),
        ({"email": ["ada@example.com"], "password": PASSWORD}, "/email"),
        ({"email": "ada@example.com", "password": PASSWORD, "roles": ["admin"]}, "/roles"),
        ({"email": "ada@example.com", "password": "p" * 129}, "/password"),
        ({"email": "ada@example.com", "password": "nul \x00 in a long password"}, "/password"),
        ([], "/"),
        ("text", "/"),
        (5, "/"),
    ],
)
async def test_a_wrong_body_is_blamed_on_its_field(client: httpx.AsyncClient, body: Any, field: str) -> None:
    assert blamed(await client.post(USERS, json=body), 400, "invalid") == {field}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"nonsense",
        b"\xff\xfe",
        b'{"email": "\xff"}',
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"email":"\\ud800"}',
    ],
)
async def test_what_is_no_json_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post(USERS, content=body, headers={"Content-Type": "application/json"})
    problem(answer, 400, "invalid")


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_another_media_type_is_refused(client: httpx.AsyncClient, media: str) -> None:
    problem(await client.post(USERS, content=b"{}", headers={"Content-Type": media}), 415, "unsupported_media")


async def test_a_body_too_large_is_refused(client: httpx.AsyncClient) -> None:
    problem(await client.post(USERS, json={"email": "a" * 70_000, "password": PASSWORD}), 413, "too_large")


async def test_a_body_too_large_is_refused_though_its_length_is_not_declared(client: httpx.AsyncClient) -> None:
    async def chunks() -> Any:
        for _ in range(20):
            yield b" " * 8_192

    answer = await client.post(USERS, content=chunks(), headers={"Content-Type": "application/json"})
    problem(answer, 413, "too_large")


async def test_refusals_repeat_no_secret(client: httpx.AsyncClient) -> None:
    answer = await client.post(USERS, json={"email": "no address", "password": "S3cret-Words-In-A-Row", "extra": 1})
    assert "S3cret" not in answer.text
