import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import httpx
import msgspec
import pytest
from redis.asyncio import Redis

from app.application.identity.confirm_session import Confirmation
from app.application.identity.views import SessionPage, SessionView, Tokens
from app.domain.identity.lockout import FAILURES_MAX
from tests.answers import PROBLEM_MEMBERS, blamed, decoded, problem
from tests.api.paging import walk
from tests.people import PASSWORD, Person, Town, mark_of, new_email

SESSIONS = "/api/v1/sessions"
CURRENT = "/sessions/current"
ME = "/users/me"
NONE = "00000000-0000-0000-0000-000000000000"
WRONG = "not that password"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"


async def forget_mark(redis: Redis, person: Person) -> None:
    """What happens by itself within half a minute, and at once when a session is ended by the API."""
    assert await redis.delete(mark_of(person)) == 1


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


async def fail(town: Town, address: str, times: int = 1) -> list[httpx.Response]:
    return [await town.log_in(address, WRONG) for _ in range(times)]


PASSING = {"x-trace-id", "date", "x-ratelimit-remaining", "x-ratelimit-reset"}


def alike(answers: Sequence[httpx.Response]) -> bool:
    """Whether refusals say the same, but for their traces, and send the same headers, but for time and count."""
    bodies = [{**answer.json(), "trace_id": ""} for answer in answers]
    assert all({*body} == PROBLEM_MEMBERS for body in bodies)
    headers = [{name: value for name, value in answer.headers.items() if name not in PASSING} for answer in answers]
    statuses = [answer.status_code for answer in answers]
    return all(one == many[0] for many in (bodies, headers, statuses) for one in many)


async def test_unknown_wrong_locked_and_disabled_are_answered_alike(
    town: Town, person: Person, pool: asyncpg.Pool
) -> None:
    locked, disabled = await town.person(), await town.person()
    await fail(town, locked.email, FAILURES_MAX)
    await pool.execute("update users set is_active = false where id = $1", disabled.user_id)
    answers = [
        await town.log_in(new_email()),
        await town.log_in(person.email, WRONG),
        await town.log_in(locked.email),
        await town.log_in(locked.email, WRONG),
        await town.log_in(disabled.email),
        await town.log_in(disabled.email, WRONG),
    ]
    problem(answers[0], 401, "credentials_wrong")
    assert alike(answers)


async def test_five_wrong_passwords_lock_until_time_passes_then_the_count_starts_again(
    town: Town, person: Person, pool: asyncpg.Pool
) -> None:
    await fail(town, person.email, FAILURES_MAX - 1)
    assert (await town.log_in(person.email)).status_code == 201
    await fail(town, person.email, FAILURES_MAX)
    problem(await town.log_in(person.email), 401, "credentials_wrong")
    await pool.execute("update login_failures set locked_until = now() where locked_until > now()")
    await fail(town, person.email, FAILURES_MAX - 1)
    assert (await town.log_in(person.email)).status_code == 201


async def test_simultaneous_wrong_passwords_are_all_counted(town: Town, neighbour: Town, person: Person) -> None:
    await asyncio.gather(*(where.log_in(person.email, WRONG) for where in [town, neighbour] * 3))
    problem(await town.log_in(person.email), 401, "credentials_wrong")


async def test_wrong_passwords_count_for_an_address_that_is_not_known_yet(town: Town) -> None:
    address = new_email()
    await fail(town, address.upper(), FAILURES_MAX)
    await town.register(address)
    await town.verify(await town.mailed_token(address))
    problem(await town.log_in(address), 401, "credentials_wrong")


async def test_wrong_passwords_anywhere_count_together(town: Town, person: Person) -> None:
    change = {"current_password": WRONG, "new_password": "a quite different pass phrase"}
    for _ in range(3):
        problem(await person.post("/sessions/current/confirmations", password=WRONG), 401, "credentials_wrong")
    for _ in range(2):
        answer = await person.client.put("/api/v1/users/me/password", json=change)
        problem(answer, 401, "credentials_wrong")
    problem(await town.log_in(person.email), 401, "credentials_wrong")
    assert await person.is_in()


async def test_the_owner_is_told_of_a_lock_once(town: Town, person: Person) -> None:
    await fail(town, person.email, FAILURES_MAX + 3)
    await town.forget_password(person.email)
    await town.mailed(person.email, "Choose a new password")  # mails of one person come in order
    assert town.subjects(person.email).count("Too many wrong passwords") == 1


async def test_a_failed_login_counts_though_it_is_refused(town: Town, person: Person, pool: asyncpg.Pool) -> None:
    counted = "select sum(count), count(*) from login_failures"
    before = await pool.fetchrow(counted)
    await fail(town, person.email, 2)
    after = await pool.fetchrow(counted)
    assert (after["sum"] - (before["sum"] or 0), after["count"] - before["count"]) == (2, 1)
    await town.log_in(person.email)
    assert await pool.fetchrow(counted) == before


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
    await forget_mark(redis, person)
    problem(await person.get(ME), 401, "unauthorized")
    assert await redis.exists(mark_of(person)) == 0


async def test_ending_one_session_leaves_the_others(
    town: Town, person: Person, pool: asyncpg.Pool, redis: Redis
) -> None:
    other = await town.person(person.email)
    await pool.execute("update sessions set ended_at = now() where id = $1", other.session_id)
    await forget_mark(redis, other)
    assert (await other.get(ME)).status_code == 401
    assert (await person.get(ME)).status_code == 200


async def test_a_mark_lives_no_longer_than_its_session(person: Person, pool: asyncpg.Pool, redis: Redis) -> None:
    await pool.execute("update sessions set expires_at = now() + interval '9 seconds' where id = $1", person.session_id)
    await forget_mark(redis, person)
    assert (await person.get(ME)).status_code == 200
    assert 0 < await redis.ttl(mark_of(person)) <= 9


async def test_a_mark_of_somebody_else_opens_nothing(
    person: Person, stranger: Person, pool: asyncpg.Pool, redis: Redis
) -> None:
    await pool.execute("update sessions set ended_at = now() where id = $1", person.session_id)
    await redis.set(mark_of(person), f"{stranger.user_id} user", ex=30)
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


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", f"/{NONE}"),
        ("DELETE", ""),
        ("DELETE", f"/{NONE}"),
        ("DELETE", "/current"),
        ("POST", "/current/confirmations"),
    ],
)
async def test_nobody_deals_with_sessions_without_logging_in(client: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, SESSIONS + path, json={} if method == "POST" else None)
    problem(answer, 401, "unauthorized")


async def test_a_login_says_where_its_session_stands(town: Town, person: Person) -> None:
    answer = await town.client().post(
        SESSIONS, json={"email": person.email, "password": PASSWORD}, headers={"User-Agent": FIREFOX}
    )
    tokens = decoded(answer, Tokens, 201)
    client = town.client(tokens.access_token)
    session = decoded(await client.get(answer.headers["location"]), SessionView)
    assert (session.id, session.device, session.is_current) == (tokens.session_id, "Firefox on Linux", True)
    assert (session.ip_address, session.location) == ("127.0.0.1", None)
    assert session.created_at == session.last_seen_at
    assert session.expires_at - session.created_at == timedelta(days=30)


async def test_the_list_shows_ones_own_live_sessions_oldest_first(town: Town, person: Person) -> None:
    others = [await town.person(person.email) for _ in range(3)]
    await others[1].delete(CURRENT)
    page = decoded(await others[0].get("/sessions"), SessionPage)
    assert [session.id for session in page.sessions] == [one.session_id for one in (person, others[0], others[2])]
    assert [session.is_current for session in page.sessions] == [False, True, False]
    assert decoded(await person.get("/sessions", include="total"), SessionPage).total_count == 3
    for session in page.sessions:
        alone = decoded(await others[0].get(f"/sessions/{session.id}"), SessionView)
        assert msgspec.structs.replace(alone, last_seen_at=session.last_seen_at) == session


@pytest.mark.parametrize("limit", [1, 2, 4, 500])
async def test_pages_cover_every_session_once_in_order(town: Town, person: Person, limit: int) -> None:
    everyone = [person, *[await town.person(person.email) for _ in range(3)]]
    pages = await walk(person, "/sessions", limit)
    assert [session["id"] for page in pages for session in page] == [str(one.session_id) for one in everyone]
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)


@pytest.mark.parametrize(("parameter", "value"), [("limit", "0"), ("limit", "501"), ("cursor", "ü"), ("include", "x")])
async def test_a_wrong_parameter_is_blamed(stranger: Person, parameter: str, value: str) -> None:
    assert blamed(await stranger.get("/sessions", **{parameter: value}), 400, "invalid") == {parameter}


async def test_a_cursor_of_somebody_else_is_refused(town: Town, person: Person, stranger: Person) -> None:
    await town.person(person.email)
    cursor = (await person.get("/sessions", limit=1)).json()["next_cursor"]
    assert (await person.get("/sessions", cursor=cursor)).is_success
    assert blamed(await stranger.get("/sessions", cursor=cursor), 400, "cursor_invalid") == {"cursor"}


async def test_a_session_of_somebody_else_is_not_found_like_one_that_does_not_exist(
    person: Person, stranger: Person
) -> None:
    read = [await stranger.get(f"/sessions/{one}") for one in (person.session_id, uuid4())]
    ended = [await stranger.delete(f"/sessions/{one}") for one in (person.session_id, uuid4())]
    theirs, nones = [problem(answer, 404, "not_found") for answer in read]
    assert (theirs.title, theirs.detail, theirs.errors) == (nones.title, nones.detail, nones.errors)
    theirs, nones = [problem(answer, 404, "not_found") for answer in ended]
    assert (theirs.title, theirs.detail, theirs.errors) == (nones.title, nones.detail, nones.errors)
    assert await person.is_in()


@pytest.mark.parametrize("number", ["xyz", "1", "%00", "current/x"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_what_is_no_id_is_not_found(stranger: Person, method: str, number: str) -> None:
    problem(await stranger.client.request(method, f"{SESSIONS}/{number}"), 404, "not_found")


async def test_ending_a_session_twice_does_no_harm(town: Town, person: Person) -> None:
    other = await town.person(person.email)
    for _ in range(2):
        assert (await person.delete(f"/sessions/{other.session_id}")).status_code == 204
    problem(await person.get(f"/sessions/{other.session_id}"), 404, "not_found")
    assert (await person.delete(CURRENT)).status_code == 204
    problem(await person.delete(CURRENT), 401, "unauthorized")


async def test_logging_in_on_one_device_too_many_ends_the_oldest_session(town: Town, person: Person) -> None:
    others = [await town.person(person.email) for _ in range(5)]
    assert [await one.is_in() for one in (person, *others)] == [False] + [True] * 5


@pytest.mark.parametrize(("tier", "room"), [("basic", 2), ("plus", 5)])
async def test_simultaneous_logins_never_exceed_the_limit(
    town: Town, neighbour: Town, person: Person, pool: asyncpg.Pool, tier: str, room: int
) -> None:
    await pool.execute("update users set tier = $2 where id = $1", person.user_id, tier)
    answers = await asyncio.gather(*(where.log_in(person.email) for where in [town, neighbour] * 5))
    opened = [town.client(decoded(answer, Tokens, 201).access_token) for answer in answers]
    statuses = [(await client.get("/api/v1/users/me")).status_code for client in opened]
    assert sorted(statuses) == [200] * room + [401] * (10 - room)


async def test_a_confirmation_holds_for_five_minutes(person: Person) -> None:
    said = decoded(await person.post("/sessions/current/confirmations", password=PASSWORD), Confirmation, 201)
    left = said.confirmed_until - datetime.now(UTC)
    assert timedelta(minutes=4) < left <= timedelta(minutes=5)


@pytest.mark.parametrize("body", [{}, {"password": ""}, {"password": 5}, {"password": PASSWORD, "minutes": 60}])
async def test_a_wrong_confirmation_is_refused(stranger: Person, body: dict[str, object]) -> None:
    problem(await stranger.post("/sessions/current/confirmations", **body), 400, "invalid")


async def test_a_readonly_user_may_end_sessions(town: Town, person: Person, pool: asyncpg.Pool) -> None:
    await pool.execute("update users set roles = '{readonly}' where id = $1", person.user_id)
    reader, other = await town.person(person.email), await town.person(person.email)
    assert (await reader.delete(f"/sessions/{other.session_id}")).status_code == 204
    assert (await reader.delete("/sessions")).status_code == 204
    assert (await reader.delete(CURRENT)).status_code == 204
    assert [await one.is_in() for one in (person, reader, other)] == [False] * 3
