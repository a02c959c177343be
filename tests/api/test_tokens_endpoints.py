import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from app.application.identity.lock_user import LockUser
from app.application.identity.rotate_all_tokens import RotateAllTokens
from app.application.identity.rotate_user_tokens import RotateUserTokens
from app.application.identity.views import Tokens
from tests.answers import blamed, decoded, problem
from tests.conftest import Operate
from tests.people import PASSWORD, RESET, Person, Town, mark_of
from tests.secrecy import logs_with, tables_with

TOKENS = "/api/v1/tokens"
STOLEN = "A session of yours was ended"
ALL, ONE = "all", "one"

type Rotate = Any


async def renewed(town: Town, token: str) -> str:
    """The refresh token that follows."""
    return decoded(await town.refresh(token), Tokens, 201).refresh_token


async def refused(town: Town, token: str) -> None:
    problem(await town.refresh(token), 401, "refresh_token_invalid")


async def chain(pool: asyncpg.Pool, person: Person) -> tuple[int, int]:
    """How many tokens of a session are used, and how many unused."""
    count = "select count(used_at), count(*) - count(used_at) from refresh_tokens where session_id = $1"
    used, unused = await pool.fetchrow(count, person.session_id)
    return used, unused


LOGGED = """
    select name from (
        select id, name, user_id, actor from event_log union all select id, name, user_id, actor from outbox
    ) as e
"""


async def events(pool: asyncpg.Pool, person: Person) -> list[str]:
    """What happened to somebody, in order; what waits for the relay included."""
    return [name for (name,) in await pool.fetch(f"{LOGGED} where user_id = $1 order by id", person.user_id)]


async def happened(pool: asyncpg.Pool, answer: httpx.Response) -> list[str]:
    """What a request left in the log."""
    asked = f"{LOGGED} where actor->>'trace_id' = $1 order by id"
    return [name for (name,) in await pool.fetch(asked, answer.headers["x-trace-id"])]


async def test_a_refresh_token_is_exchanged_for_new_tokens(town: Town, person: Person) -> None:
    tokens = decoded(await town.refresh(person.refresh_token), Tokens, 201)
    assert (tokens.token_type, tokens.expires_in, tokens.session_id) == ("Bearer", 900, person.session_id)
    assert tokens.access_token != person.access_token
    assert tokens.refresh_token != person.refresh_token
    assert (await town.client(tokens.access_token).get("/api/v1/users/me")).json()["id"] == str(person.user_id)
    await renewed(town, tokens.refresh_token)


async def test_an_exchange_needs_no_access_token_and_ignores_a_wrong_one(town: Town, person: Person) -> None:
    answer = await town.client("nonsense").post(TOKENS, json={"refresh_token": person.refresh_token})
    decoded(answer, Tokens, 201)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"refresh_token": None},
        {"refresh_token": 5},
        {"refresh_token": ""},
        {"refresh_token": "x" * 42},
        {"refresh_token": "x" * 44},
        {"refresh_token": "x" * 42 + "="},
        {"refresh_token": "\x00" * 43},
        {"refresh_token": "é" * 43},
    ],
)
async def test_what_is_no_token_is_blamed(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    assert blamed(await client.post(TOKENS, json=body), 400, "invalid") == {"/refresh_token"}


async def test_an_unknown_token_is_refused(town: Town, person: Person) -> None:
    await refused(town, "x" * 43)
    assert (await town.client().post(TOKENS, json={"refresh_token": person.access_token})).status_code == 400


@pytest.mark.parametrize(
    "end",
    [
        "update sessions set ended_at = now() where id = $1",
        "update sessions set expires_at = now() where id = $1",
        "update refresh_tokens set expires_at = now() where session_id = $1",
        "update users set is_active = false where id = (select user_id from sessions where id = $1)",
        "delete from sessions where id = $1",
    ],
)
async def test_a_token_is_worth_no_more_than_its_session(
    town: Town, person: Person, pool: asyncpg.Pool, end: str
) -> None:
    await pool.execute(end, person.session_id)
    await refused(town, person.refresh_token)


async def test_a_locked_user_refreshes_nothing_until_a_new_login(town: Town, person: Person, operate: Operate) -> None:
    await operate(LockUser(email=person.email))
    await refused(town, person.refresh_token)


async def test_a_token_that_lay_unused_for_seven_days_is_refused(
    town: Town, person: Person, pool: asyncpg.Pool
) -> None:
    ends_in = "select expires_at - issued_at from refresh_tokens where session_id = $1"
    assert (await pool.fetchval(ends_in, person.session_id)).days == 7
    await pool.execute("update refresh_tokens set expires_at = now() where session_id = $1", person.session_id)
    await refused(town, person.refresh_token)
    assert await person.is_in()


async def test_a_token_never_outlives_its_session(town: Town, person: Person, pool: asyncpg.Pool) -> None:
    await pool.execute("update sessions set expires_at = now() + interval '1 hour' where id = $1", person.session_id)
    await renewed(town, person.refresh_token)
    beyond = """
        select count(*) from refresh_tokens as t join sessions as s on s.id = session_id
        where s.id = $1 and used_at is null and t.expires_at > s.expires_at
    """
    assert await pool.fetchval(beyond, person.session_id) == 0


async def test_a_lost_answer_may_be_asked_for_again(town: Town, neighbour: Town, person: Person) -> None:
    first = await renewed(town, person.refresh_token)
    again = [await renewed(where, person.refresh_token) for where in (town, neighbour)]
    assert again == [first, first]
    await renewed(town, first)


async def test_simultaneous_refreshes_over_two_processes_agree(
    town: Town, neighbour: Town, person: Person, pool: asyncpg.Pool
) -> None:
    answers = await asyncio.gather(*(where.refresh(person.refresh_token) for where in [town, neighbour] * 25))
    tokens = [decoded(answer, Tokens, 201) for answer in answers]
    assert len({one.refresh_token for one in tokens}) == 1
    assert await chain(pool, person) == (1, 1)
    assert [await person.at(where).is_in() for where in (town, neighbour)] == [True, True]
    await renewed(neighbour, tokens[0].refresh_token)


async def is_stolen(town: Town, person: Person, pool: asyncpg.Pool) -> None:
    """What the return of a used token leads to: it is kept although the answer is a refusal."""
    answer = await town.refresh(person.refresh_token)
    problem(answer, 401, "refresh_token_invalid")
    assert await pool.fetchval("select end_reason from sessions where id = $1", person.session_id) == "token_replayed"
    assert not await person.is_in()
    assert await happened(pool, answer) == [
        "auth_token_refresh.attempted",
        "refresh_token_replay.occurred",
        "auth_token_refresh.failed",
    ]
    await town.mailed(person.email, STOLEN)


async def test_a_used_token_that_comes_back_after_its_successor_was_used_ends_the_session(
    town: Town, person: Person, pool: asyncpg.Pool
) -> None:
    other = await town.person(person.email)
    newest = await renewed(town, await renewed(town, person.refresh_token))
    await is_stolen(town, person, pool)
    await refused(town, newest)
    await renewed(town, other.refresh_token)


async def test_a_used_token_that_comes_back_late_ends_the_session(
    town: Town, person: Person, pool: asyncpg.Pool
) -> None:
    successor = await renewed(town, person.refresh_token)
    late = "update refresh_tokens set used_at = used_at - interval '11 seconds' where session_id = $1"
    await pool.execute(late, person.session_id)
    await is_stolen(town, person, pool)
    await refused(town, successor)


async def test_a_replay_is_noticed_and_told_once(town: Town, person: Person, pool: asyncpg.Pool) -> None:
    await renewed(town, await renewed(town, person.refresh_token))
    for _ in range(3):
        await refused(town, person.refresh_token)
    assert (await events(pool, person)).count("refresh_token_replay.occurred") == 1


async def test_the_answer_to_a_stolen_token_tells_nothing(town: Town, person: Person) -> None:
    await renewed(town, await renewed(town, person.refresh_token))
    stolen, unknown = await town.refresh(person.refresh_token), await town.refresh("x" * 43)
    assert {**stolen.json(), "trace_id": ""} == {**unknown.json(), "trace_id": ""}


@pytest.fixture
async def rotated(operate: Operate, person: Person, pool: asyncpg.Pool) -> AsyncIterator[Rotate]:
    """Rotates everybody's tokens or the person's; the others get theirs back afterwards."""
    before = await pool.fetchrow("select token_version, previous_version, grace_until from security_config")

    async def rotate(*whose: str, graces: bool = True) -> None:
        for one in whose:
            kinds = {ALL: RotateAllTokens(reason="lost"), ONE: RotateUserTokens(email=person.email, reason="lost")}
            await operate(kinds[one])
        if not graces:
            await end_grace()

    async def end_grace() -> None:
        await pool.execute("update security_config set grace_until = now() where grace_until > now()")
        await pool.execute("update users set grace_until = now() where id = $1", person.user_id)

    yield rotate
    restore = "update security_config set token_version = $1, previous_version = $2, grace_until = $3"
    await pool.execute(restore, *before)


async def forget_mark(person: Person, redis: Any) -> None:
    """What happens by itself within half a minute."""
    await redis.delete(mark_of(person))


@pytest.mark.parametrize("whose", [ALL, ONE])
async def test_within_the_grace_older_tokens_are_good_and_can_be_exchanged(
    town: Town, person: Person, rotated: Rotate, redis: Any, whose: str
) -> None:
    await rotated(whose)
    await forget_mark(person, redis)
    assert await person.is_in()
    successor = await renewed(town, person.refresh_token)
    await rotated(graces=False)
    await forget_mark(person, redis)
    assert await person.is_in()
    await renewed(town, successor)


@pytest.mark.parametrize("whose", [[ALL], [ONE], [ALL, ONE], [ONE, ALL], [ONE, ONE]])
async def test_after_the_grace_older_tokens_are_worth_nothing(
    town: Town, person: Person, rotated: Rotate, pool: asyncpg.Pool, whose: list[str]
) -> None:
    await rotated(*whose, graces=False)
    await refused(town, person.refresh_token)
    assert await pool.fetchval("select end_reason from sessions where id = $1", person.session_id) == "token_rotated"
    assert "token_rejected_due_to_rotation.occurred" in await events(pool, person)
    assert not await person.is_in()


async def test_after_the_grace_older_access_ends_when_its_mark_does(
    person: Person, rotated: Rotate, redis: Any
) -> None:
    await rotated(ALL, graces=False)
    await forget_mark(person, redis)
    assert not await person.is_in()


async def test_a_rotation_of_one_s_tokens_leaves_others_alone(town: Town, stranger: Person, rotated: Rotate) -> None:
    await rotated(ONE, ONE, graces=False)
    assert await stranger.is_in()
    assert (await town.log_in(stranger.email)).status_code == 201


@pytest.mark.parametrize("whose", [[ALL], [ONE], [ALL, ONE], [ONE, ALL], [ONE, ONE, ALL], [ALL, ALL, ONE]])
async def test_a_login_after_a_rotation_always_works(
    town: Town, neighbour: Town, person: Person, rotated: Rotate, whose: list[str]
) -> None:
    await rotated(*whose, graces=False)
    again = await town.person(person.email)
    assert [await again.at(where).is_in() for where in (town, neighbour)] == [True, True]
    await renewed(town, await renewed(neighbour, again.refresh_token))


async def secrets_of(town: Town, person: Person) -> Sequence[str]:
    """All that a life with tokens makes secret."""
    verification = await town.mailed_token(person.email)
    await town.forget_password(person.email)
    reset = await town.mailed_token(person.email, RESET)
    tokens = decoded(await town.refresh(person.refresh_token), Tokens, 201)
    newest = decoded(await town.refresh(tokens.refresh_token), Tokens, 201)
    await town.log_in(person.email, f"wrong {PASSWORD}")
    await town.reset(reset, "too weak")
    issued = [person.access_token, tokens.access_token, newest.access_token]
    kept = [person.refresh_token, tokens.refresh_token, newest.refresh_token]
    return [PASSWORD, verification, reset, *kept, *(token.rpartition(".")[2] for token in issued)]


async def test_no_secret_is_written_down_anywhere(
    town: Town, neighbour: Town, person: Person, pool: asyncpg.Pool, folder: Path
) -> None:
    for secret in await secrets_of(neighbour, person):
        assert await tables_with(pool, secret) == [], secret
        assert logs_with(folder, secret) == [], secret
    digest = hashlib.sha256(person.refresh_token.encode()).hexdigest()
    assert await tables_with(pool, digest) == ["refresh_tokens"]  # the search finds what is there
    assert "users" in await tables_with(pool, person.email)
    assert town != neighbour
    assert "server.log" in logs_with(folder, "CreateSession")
