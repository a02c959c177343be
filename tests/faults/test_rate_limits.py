"""Limits as they are shipped, counted by a Valkey that breaks; and spellings that would count elsewhere."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from itertools import cycle
from typing import Any

import asyncpg
import httpx
import pytest

from app.application.identity.assign_role import AssignRole
from app.domain.identity.user import Role
from tests.answers import problem
from tests.conftest import Operate
from tests.home import Home, new_address
from tests.people import PASSWORD, new_email
from tests.waiting import until

LOGINS_MAX = 5
READS_MAX = 100
LOGIN = "/api/v1/sessions"


async def killed(home: Home) -> None:
    home.kill()


async def frozen(home: Home) -> None:
    home.freeze()


type Fault = Callable[[Home], Awaitable[None]]
FAULTS = [killed, frozen, Home.make_readonly, Home.flush]
any_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)


async def guess(home: Home, path: str = LOGIN, **headers: str) -> httpx.Response:
    return await home.town.client().post(path, json={"email": new_email(), "password": PASSWORD}, headers=headers)


@any_fault
async def test_logins_stay_limited(home: Home, fault: Fault) -> None:
    source = {"X-Forwarded-For": new_address()}
    before = [(await guess(home, **source)).status_code for _ in range(LOGINS_MAX)]
    await fault(home)
    after = [await guess(home, **source) for _ in range(LOGINS_MAX + 3)]
    assert before == [401] * LOGINS_MAX
    assert sum(answer.status_code == 401 for answer in after) <= LOGINS_MAX + 1  # one may have flown back
    problem(after[-1], 429, "rate_limited")
    assert int(after[-1].headers["Retry-After"]) > 0


@any_fault
async def test_who_may_comes_in_and_nobody_else(home: Home, pool: asyncpg.Pool, operate: Operate, fault: Fault) -> None:
    town = home.town
    one, ended, disabled, demoted = [await town.person() for _ in range(4)]
    leaving = await town.person(one.email)
    for person in (one, ended, disabled, demoted, leaving):
        await home.remembered(person)
    await fault(home)
    # The operator's process has a Redis of its own: as far as this one's is concerned, nobody told it.
    await operate(AssignRole(email=demoted.email, role=Role.READONLY))
    await pool.execute("update sessions set ended_at = now() where id = $1", ended.session_id)
    await pool.execute("update users set is_active = false where id = $1", disabled.user_id)
    assert (await leaving.delete("/sessions/current")).status_code == 204
    assert [await person.is_in() for person in (one, ended, disabled, leaving)] == [True, False, False, False]
    assert await demoted.is_in()
    problem(await demoted.client.patch("/api/v1/users/me", json={}), 403, "forbidden")
    problem(await town.client("nonsense").get("/api/v1/users/me"), 401, "unauthorized")
    await home.repair()
    assert [await person.is_in() for person in (one, leaving)] == [True, False]


@any_fault
async def test_an_answer_says_whether_it_was_counted(home: Home, fault: Fault) -> None:
    person = await home.town.person()
    await fault(home)
    told = (await person.get("/users/me")).headers
    degraded = fault is not Home.flush
    assert (told.get("x-ratelimit-policy"), "x-ratelimit-limit" in told) == (
        "degraded" if degraded else None,
        not degraded,
    )


async def buckets(home: Home, principal: object) -> dict[str, Any]:
    """What Valkey counts for somebody, by operation."""
    async with home.redis() as redis:
        keys = [bytes(key) async for key in redis.scan_iter(f"dashtam:{{{principal}}}:limit:*")]
        return {key.decode().rpartition(":")[2]: await redis.hgetall(key) for key in keys}


async def test_no_spelling_of_a_path_opens_another_bucket(home: Home) -> None:
    address = "192.0.2.7"
    paths = [LOGIN, f"{LOGIN}/", "//api//v1//sessions", "/api/v1/%73essions", f"{LOGIN}?email=x", f"{LOGIN}#x"]
    others = [f"/x/..{LOGIN}", "/API/V1/SESSIONS", f"{LOGIN};x", f"{LOGIN}/%2e", f"{LOGIN}%00", f"{LOGIN}%2F"]
    statuses = [(await guess(home, path, **{"X-Forwarded-For": address})).status_code for path in paths + others]
    assert 429 in statuses
    assert {*statuses} <= {400, 401, 404, 405, 429}
    assert [*await buckets(home, address)] == ["create_session"]


async def test_looking_for_what_is_not_there_is_counted_too(home: Home) -> None:
    """Whatever the path, and whichever way it is asked for."""
    source = {"X-Forwarded-For": new_address()}
    client = home.town.client()
    ways = cycle([("GET", "/api/v1/nothing"), ("PUT", "/api/v1/accounts"), ("POST", "/.env"), ("DELETE", "/")])
    answer = await client.request(*next(ways), headers=source)
    statuses = [answer.status_code]
    while statuses[-1] != 429:
        answer = await client.request(*next(ways), headers=source)
        statuses.append(answer.status_code)
    assert {*statuses} == {404, 405, 429}
    assert READS_MAX <= len(statuses) <= 5 * READS_MAX
    problem(answer, 429, "rate_limited")
    assert int(answer.headers["Retry-After"]) > 0
    other = await client.get("/api/v1/nothing", headers={"X-Forwarded-For": new_address()})
    problem(other, 404, "not_found")


async def test_no_spelling_of_an_address_opens_another_bucket(home: Home) -> None:
    network = new_address().removesuffix("1")
    hops = [
        f"{network}1",
        f"{network}2",
        f"{network}ffff",
        f"{network}abcd:1",
        f"[{network}3]:4711",
        f"{network}4%eth0",
    ]
    spellings = [
        *({"X-Forwarded-For": hop} for hop in hops),
        {"X-Forwarded-For": f"198.51.100.9, {network}5"},
        {"X-Forwarded-For": f"{network}6, 127.0.0.1"},
        {"Forwarded": f'for="[{network}7]"'},
        {"Forwarded": f'for=198.51.100.9, For="[{network}8]:99";proto=https'},
        {"X-Forwarded-For": f"{network}9", "X-Real-IP": "198.51.100.9", "Client-IP": "198.51.100.9", "Via": "1.1 x"},
    ]
    statuses = [(await guess(home, **spelling)).status_code for spelling in spellings]
    assert statuses == [401] * LOGINS_MAX + [429] * (len(spellings) - LOGINS_MAX)
    assert not await buckets(home, "198.51.100.9")


async def test_no_spelling_of_a_token_opens_another_bucket(home: Home) -> None:
    person = await home.town.person()
    token = person.access_token
    found: dict[str, Any] = {}

    async def counted() -> bool:
        for header in (f"Bearer {token}", f"bearer {token}", f"BEARER   {token}"):
            headers = {"Authorization": header}
            assert (await home.town.client().get("/api/v1/users/me/", headers=headers)).status_code == 200
        found.update(await buckets(home, person.user_id))
        return bool(found)

    await until(counted, "a bucket that is not full again yet")
    assert [*found] == ["get_current_user"]


async def test_a_token_that_proves_nothing_drains_nobody(home: Home) -> None:
    person = await home.town.person()
    counted = await buckets(home, person.user_id)
    head, body, signature = person.access_token.split(".")
    unsigned = urlsafe_b64encode(json.dumps({"alg": "none", "typ": "at+jwt"}).encode()).decode().rstrip("=")
    source = {"X-Forwarded-For": "192.0.2.8"}
    for token in (f"{unsigned}.{body}.", f"{head}.{body}.", f"{head}.{body}.{signature[::-1]}", str(person.user_id)):
        answer = await home.town.client(token).get("/api/v1/users/me", headers=source)
        problem(answer, 401, "unauthorized")
    assert (await buckets(home, person.user_id)).items() <= counted.items()  # one that is full again is gone
    assert [*await buckets(home, "192.0.2.8")] == ["get_current_user"]
