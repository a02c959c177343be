"""Requests that are sent again."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from app.presentation.http.registry import ROUTES
from tests.answers import problem
from tests.people import PASSWORD, Person, Town, new_email
from tests.statements import ofx_of, row


@pytest.fixture
def key() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


async def register(client: httpx.AsyncClient, key: dict[str, str], email: str, **more: Any) -> httpx.Response:
    return await client.post("/api/v1/users", json={"email": email, "password": PASSWORD} | more, headers=key)


def same(first: httpx.Response, second: httpx.Response) -> None:
    assert (second.status_code, second.content) == (first.status_code, first.content) == (201, first.content)
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["x-trace-id"] != first.headers["x-trace-id"]
    assert ("idempotency-replayed" in first.headers, second.headers["idempotency-replayed"]) == (False, "true")


async def test_a_registration_sent_again_has_the_same_answer(client: httpx.AsyncClient, key: dict[str, str]) -> None:
    email = new_email()
    same(await register(client, key, email), await register(client, key, email))
    problem(await register(client, {}, email), 409, "email_taken")


async def test_an_import_sent_again_has_the_same_answer(person: Person, key: dict[str, str]) -> None:
    async def send(content: bytes, who: Person) -> httpx.Response:
        return await who.client.post("/api/v1/imports", files={"file": ("bank.ofx", content)}, headers=key)

    first, second = await send(ofx_of(row()), person), await send(ofx_of(row()), person)
    assert first.request.headers["content-type"] != second.request.headers["content-type"]  # another boundary
    same(first, second)
    assert len((await person.get("/imports")).json()["imports"]) == 1
    problem(await send(ofx_of(row("7.00")), person), 422, "key_reused")


async def test_a_key_is_its_user_s_own(person: Person, town: Town, key: dict[str, str]) -> None:
    file = {"file": ("bank.ofx", ofx_of(row()))}
    for who in (person, await town.person()):
        answer = await who.client.post("/api/v1/imports", files=file, headers=key)
        assert (answer.status_code, "idempotency-replayed" in answer.headers) == (201, False)


async def test_another_request_under_the_key_is_refused(client: httpx.AsyncClient, key: dict[str, str]) -> None:
    assert (await register(client, key, new_email())).status_code == 201
    problem(await register(client, key, new_email()), 422, "key_reused")


async def test_what_was_refused_may_be_sent_again_corrected(client: httpx.AsyncClient, key: dict[str, str]) -> None:
    email = new_email()
    problem(await register(client, key, email, password="short"), 400, "password_too_weak")
    problem(await register(client, key, email, name="x"), 400, "invalid")
    assert (await register(client, key, email)).status_code == 201


async def test_of_many_at_once_one_is_carried_out(
    client: httpx.AsyncClient, key: dict[str, str], pool: asyncpg.Pool
) -> None:
    email = new_email()
    answers = await asyncio.gather(*(register(client, key, email) for _ in range(6)))
    for answer in answers:
        if answer.status_code == 409:
            problem(answer, 409, "request_running")
            assert answer.headers["retry-after"] == "1"
    bodies = {answer.content for answer in answers if answer.status_code == 201}
    assert len(bodies) == 1
    assert await pool.fetchval("select count(*) from users where email = $1", email) == 1


@pytest.mark.parametrize("text", ["", "x" * 256, "k\u00e9y", "a\tb"])
async def test_a_key_that_is_none_is_refused(client: httpx.AsyncClient, text: str) -> None:
    key = {b"Idempotency-Key": text.encode("latin-1")}
    answer = await client.post("/api/v1/users", json={"email": new_email(), "password": PASSWORD}, headers=key)
    assert {fault.field for fault in problem(answer, 400, "invalid").errors} == {"Idempotency-Key"}


def test_answers_with_tokens_are_never_kept() -> None:
    keyed = {meta.operation_id for meta in ROUTES if meta.is_keyed}
    assert (
        {"create_user", "create_import"}
        <= keyed
        <= {"create_user", "create_import", "create_connection", "create_sync"}
    )


async def test_a_route_without_keys_ignores_one(town: Town, person: Person, key: dict[str, str]) -> None:
    login = {"email": person.email, "password": PASSWORD}
    tokens = [
        (await town.client().post("/api/v1/sessions", json=login, headers=key)).json()["access_token"] for _ in range(2)
    ]
    assert len({*tokens}) == 2
