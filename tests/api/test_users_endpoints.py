import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import msgspec
import pytest

from app.application.identity.views import UserView
from tests.answers import blamed, decoded, problem
from tests.people import PASSWORD, RESET, Person, Town, new_email
from tests.secrecy import tables_with
from tests.statements import ofx_of, row
from tests.waiting import until

USERS = "/api/v1/users"
ME = "/api/v1/users/me"
NEWER = "a quite different pass phrase"
LOGGED = "select count(*) from event_log where user_id = $1"


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
    spellings = [address, address.upper(), address.title()]
    answers = await asyncio.gather(*(town.register(spelling) for spelling in spellings * 3))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 8


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


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("PUT", "/password")])
async def test_nobody_has_a_profile_without_logging_in(client: httpx.AsyncClient, method: str, path: str) -> None:
    problem(await client.request(method, ME + path, json=None if method == "DELETE" else {}), 401, "unauthorized")


async def patched(person: Person, **body: Any) -> UserView:
    return decoded(await person.client.patch(ME, json=body), UserView)


async def test_a_profile_keeps_what_is_left_out_and_null_clears(person: Person) -> None:
    names = [(await patched(person, **body)).name for body in ({"name": "Ada L."}, {}, {"name": None}, {})]
    assert names == ["Ada L.", "Ada L.", None, None]
    await patched(person, name="Ада 🏦")
    assert decoded(await person.get("/users/me"), UserView) == await patched(person)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "/name"),
        ({"name": "x" * 101}, "/name"),
        ({"name": 5}, "/name"),
        ({"name": "a\nb"}, "/name"),
        ({"name": "a\x00"}, "/name"),
        ({"nickname": "Ada"}, "/nickname"),
        ({"email": "eve@example.com"}, "/email"),
        ({"roles": ["admin"]}, "/roles"),
        ({"tier": "pro"}, "/tier"),
        ([], "/"),
    ],
)
async def test_a_wrong_profile_is_blamed_and_changes_nothing(stranger: Person, body: Any, field: str) -> None:
    before = decoded(await stranger.get("/users/me"), UserView)
    assert blamed(await stranger.client.patch(ME, json=body), 400, "invalid") == {field}
    assert decoded(await stranger.get("/users/me"), UserView) == before


async def change_password(person: Person, current: str, new: str) -> httpx.Response:
    return await person.client.put(f"{ME}/password", json={"current_password": current, "new_password": new})


async def test_a_changed_password_replaces_the_old_one_and_is_mailed(town: Town, person: Person) -> None:
    await town.forget_password(person.email)
    reset = await town.mailed_token(person.email, RESET)
    assert (await change_password(person, PASSWORD, NEWER)).status_code == 204
    problem(await town.log_in(person.email), 401, "credentials_wrong")
    assert (await town.log_in(person.email, NEWER)).status_code == 201
    problem(await town.reset(reset, PASSWORD), 400, "mail_token_invalid")
    assert (await town.refresh(person.refresh_token)).status_code == 201
    await town.mailed(person.email, "Your password was changed")


async def test_changing_the_password_wants_the_present_one(town: Town, person: Person) -> None:
    problem(await change_password(person, NEWER, NEWER), 401, "credentials_wrong")
    assert (await town.log_in(person.email)).status_code == 201


@pytest.mark.parametrize("weak", ["too short", "aaaaaaaaaaaaaaaaaaaa", "passwordpassword"])
async def test_a_weak_new_password_is_refused_and_the_old_one_stays(town: Town, person: Person, weak: str) -> None:
    assert blamed(await change_password(person, PASSWORD, weak), 400, "password_too_weak") == {"/new_password"}
    assert (await town.log_in(person.email)).status_code == 201


async def test_a_readonly_user_changes_the_own_password_but_no_profile(
    town: Town, person: Person, pool: asyncpg.Pool
) -> None:
    await pool.execute("update users set roles = '{readonly}' where id = $1", person.user_id)
    reader = await town.person(person.email)
    assert (await change_password(reader, PASSWORD, NEWER)).status_code == 204
    problem(await reader.client.patch(ME, json={}), 403, "forbidden")
    problem(await reader.delete("/users/me"), 403, "forbidden")


async def confirm(person: Person) -> None:
    assert (await person.post("/sessions/current/confirmations", password=PASSWORD)).status_code == 201


async def test_deleting_oneself_wants_a_fresh_confirmation_of_this_session(
    town: Town, person: Person, pool: asyncpg.Pool
) -> None:
    problem(await person.delete("/users/me"), 403, "confirmation_required")
    await confirm(await town.person(person.email))
    problem(await person.delete("/users/me"), 403, "confirmation_required")
    await confirm(person)
    await pool.execute("update sessions set confirmed_until = now() where id = $1", person.session_id)
    problem(await person.delete("/users/me"), 403, "confirmation_required")
    assert await person.is_in()


async def test_whoever_deletes_oneself_is_forgotten_and_may_come_again(
    town: Town, person: Person, stranger: Person, pool: asyncpg.Pool
) -> None:
    other = await town.person(person.email)
    await person.import_file(ofx_of(row()))
    await patched(person, name=f"Name {person.email}")
    await town.register(person.email.upper())
    await town.log_in(person.email.title(), NEWER)
    await town.forget_password(person.email)
    await town.mailed_token(person.email, RESET)
    owned = {"users", "sessions", "accounts", "transactions", "imports", "mail_tokens", "event_log"}
    assert owned < {*await tables_with(pool, str(person.user_id))}
    logged = await pool.fetchval(LOGGED, person.user_id)

    await confirm(person)
    assert (await person.delete("/users/me")).status_code == 204
    assert not await other.is_in()
    assert await tables_with(pool, person.email) == []
    await nothing_waits(pool)
    assert {*await tables_with(pool, str(person.user_id))} <= {"event_log", "event_personal_data", "audit_records"}
    assert await pool.fetchval(LOGGED, person.user_id) > logged
    assert (await pool.fetchval("select count(*) from refresh_tokens where session_id = $1", other.session_id)) == 0
    problem(await town.log_in(person.email), 401, "credentials_wrong")
    assert await stranger.is_in()

    again = decoded(await town.register(person.email), UserView, 201)
    assert again.id != person.user_id
    assert again.name is None


async def nothing_waits(pool: asyncpg.Pool) -> None:
    async def is_empty() -> bool:
        return not await pool.fetchval("select count(*) from outbox")

    await until(is_empty, "the outbox to be emptied")


async def test_a_second_registration_can_be_concealed_and_its_owner_told(
    neighbour: Town, person: Person, pool: asyncpg.Pool
) -> None:
    new, known = await neighbour.register(new_email()), await neighbour.register(person.email.upper(), NEWER)
    theirs, ours = decoded(new, UserView, 201), decoded(known, UserView, 201)
    assert ours.id != person.user_id
    plain = {"id": UUID(int=0), "email": "", "created_at": ours.created_at}
    assert msgspec.structs.replace(theirs, **plain) == msgspec.structs.replace(ours, **plain)
    assert {*new.headers} == {*known.headers}
    assert await pool.fetchval("select count(*) from users where email = $1", person.email) == 1
    assert await pool.fetchval("select count(*) from users where id = $1", ours.id) == 0
    problem(await neighbour.log_in(person.email, NEWER), 401, "credentials_wrong")
    await neighbour.mailed(person.email, "You have an account already")
