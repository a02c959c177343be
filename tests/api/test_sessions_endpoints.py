from uuid import UUID

import asyncpg
import httpx
import pytest
from redis.asyncio import Redis

from app.application.identity.views import Tokens
from tests.answers import decoded, problem
from tests.people import Person, Town, new_email

SESSIONS = "/api/v1/sessions"
ME = "/users/me"


async def forget_mark(redis: Redis, session_id: UUID) -> None:
    """What happens by itself within half a minute, and at once when a session is ended by the API."""
    assert await redis.delete(f"dashtam:live:{session_id}") == 1


async def test_logging_in_answers_a_token_that_opens_the_door(town: Town, person: Person) -> None:
    tokens = decoded(await town.log_in(person.email), Tokens, 201)
    assert (tokens.token_type, tokens.expires_in) == ("Bearer", 900)
    assert tokens.session_id != person.session_id
    assert (await town.client(tokens.access_token).get("/api/v1/users/me")).json()["id"] == str(person.user_id)


@pytest.mark.parametrize("spelling", [str.upper, str.title, lambda address: f"\u00a0{address} "])
async def test_spelling_an_address_differently_does_not_matter(town: Town, person: Person, spelling: object) -> None:
    assert callable(spelling)
    address = spelling(person.email).strip()
    assert (await town.log_in(address)).status_code == 201


async def test_unknown_people_and_wrong_passwords_are_answered_alike(town: Town, person: Person) -> None:
    answers = [await town.log_in(new_email()), await town.log_in(person.email, "not that password")]
    said = [problem(answer, 401, "credentials_wrong") for answer in answers]
    assert (said[0].title, said[0].detail, said[0].errors) == (said[1].title, said[1].detail, said[1].errors)
    known = [{name: value for name, value in answer.headers.items() if name != "x-trace-id"} for answer in answers]
    assert known[0].pop("date")[:16] == known[1].pop("date")[:16]
    assert known[0] == known[1]


async def test_only_the_right_password_learns_that_the_address_is_unverified(town: Town) -> None:
    address = new_email()
    await town.register(address)
    problem(await town.log_in(address), 403, "email_unverified")
    problem(await town.log_in(address, "not that password"), 401, "credentials_wrong")


async def test_a_deactivated_user_cannot_log_in(town: Town, person: Person, pool: asyncpg.Pool) -> None:
    await pool.execute("update users set is_active = false where id = $1", person.user_id)
    problem(await town.log_in(person.email), 401, "credentials_wrong")


@pytest.mark.parametrize("body", [{}, {"email": "ada@example.com"}, {"email": "a@b.cd", "password": "x", "otp": "1"}])
async def test_a_wrong_body_is_refused(client: httpx.AsyncClient, body: dict[str, str]) -> None:
    problem(await client.post(SESSIONS, json=body), 400, "invalid")


@pytest.mark.parametrize(
    "end",
    [
        "update sessions set ended_at = now() where id = $1",
        "update sessions set expires_at = now() where id = $1",
        "delete from sessions where id = $1",
        "update users set is_active = false where id = (select user_id from sessions where id = $1)",
        "delete from users where id = (select user_id from sessions where id = $1)",
    ],
)
async def test_access_ends_with_the_session(person: Person, pool: asyncpg.Pool, redis: Redis, end: str) -> None:
    assert (await person.get(ME)).status_code == 200
    await pool.execute(end, person.session_id)
    await forget_mark(redis, person.session_id)
    problem(await person.get(ME), 401, "unauthorized")
    assert await redis.exists(f"dashtam:live:{person.session_id}") == 0


async def test_ending_one_session_leaves_the_others(
    town: Town, person: Person, pool: asyncpg.Pool, redis: Redis
) -> None:
    other = await town.person(person.email)
    await pool.execute("update sessions set ended_at = now() where id = $1", other.session_id)
    await forget_mark(redis, other.session_id)
    assert (await other.get(ME)).status_code == 401
    assert (await person.get(ME)).status_code == 200


async def test_a_mark_lives_no_longer_than_its_session(person: Person, pool: asyncpg.Pool, redis: Redis) -> None:
    await pool.execute("update sessions set expires_at = now() + interval '9 seconds' where id = $1", person.session_id)
    await forget_mark(redis, person.session_id)
    assert (await person.get(ME)).status_code == 200
    assert 0 < await redis.ttl(f"dashtam:live:{person.session_id}") <= 9


async def test_a_mark_of_somebody_else_opens_nothing(
    person: Person, stranger: Person, pool: asyncpg.Pool, redis: Redis
) -> None:
    await pool.execute("update sessions set ended_at = now() where id = $1", person.session_id)
    await redis.set(f"dashtam:live:{person.session_id}", str(stranger.user_id), ex=30)
    problem(await person.get(ME), 401, "unauthorized")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Basic YWRhOmFkYQ==",
        "Bearer nonsense",
        "Bearer a.b.c",
        "bearer\t.",
        "Bearer " + "x" * 5000,
        "Bearer ÿþ",
        "Token {token}",
        "{token}",
        "Bearer {token}x",
        "Bearer {token} {token}",
    ],
)
async def test_what_is_no_token_of_ours_opens_nothing(client: httpx.AsyncClient, stranger: Person, header: str) -> None:
    sent = header.format(token=stranger.access_token).encode("latin-1")
    answer = await client.get("/api/v1/users/me", headers=[(b"Authorization", sent)])
    problem(answer, 401, "unauthorized")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_the_scheme_may_be_spelt_in_any_case(client: httpx.AsyncClient, stranger: Person) -> None:
    answer = await client.get("/api/v1/users/me", headers={"Authorization": f"bEARER {stranger.access_token}"})
    assert answer.status_code == 200


async def test_a_readonly_user_reads_and_does_not_write(town: Town, person: Person, pool: asyncpg.Pool) -> None:
    await pool.execute("update users set roles = '{readonly}' where id = $1", person.user_id)
    reader = await town.person(person.email)
    assert (await reader.get("/accounts")).status_code == 200
    problem(await reader.send_file(b"OFXHEADER:100"), 403, "forbidden")


async def test_a_user_without_a_role_may_do_nothing(town: Town, person: Person, pool: asyncpg.Pool) -> None:
    await pool.execute("update users set roles = '{}' where id = $1", person.user_id)
    tokens = decoded(await town.log_in(person.email), Tokens, 201)
    problem(await town.client(tokens.access_token).get("/api/v1/accounts"), 403, "forbidden")
