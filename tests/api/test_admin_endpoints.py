from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from app.application.admin.views import JobsView, RegisteredUserPage, RegisteredUserView, SecurityConfigView
from app.application.identity.assign_role import AssignRole
from app.application.identity.rotate_all_tokens import Rotation
from app.domain.identity.user import Role
from tests.answers import blamed, decoded, problem
from tests.api.paging import walk
from tests.conftest import Operate
from tests.people import Person, Town
from tests.waiting import until


@pytest.fixture(scope="module")
async def admin(town: Town, operate: Operate) -> Person:
    person = await town.person()
    await operate(AssignRole(email=person.email, role=Role.ADMIN))
    return person


async def change(admin: Person, who: Person, **changes: Any) -> httpx.Response:
    return await admin.client.patch(f"/api/v1/admin/users/{who.user_id}", json=changes)


async def test_everybody_is_listed_in_the_order_they_came(admin: Person, person: Person, town: Town) -> None:
    later = await town.person()
    emails = [one["email"] for page in await walk(admin, "/admin/users", limit=7) for one in page]
    assert [email for email in emails if email in {person.email, later.email}] == [person.email, later.email]
    assert len({*emails}) == len(emails)


async def test_one_address_is_found_however_it_is_spelt(admin: Person, person: Person) -> None:
    answer = await admin.get("/admin/users", email=person.email.upper(), include="total")
    page = decoded(answer, RegisteredUserPage)
    (found,) = page.users
    assert (found.id, found.email, found.roles, found.tier, found.live_sessions) == (
        person.user_id,
        person.email,
        ["user"],
        "plus",
        1,
    )
    assert (page.has_more, page.total_count) == (False, 1)
    assert decoded(await admin.get("/admin/users", email="nobody@example.com"), RegisteredUserPage).users == []
    assert found == decoded(await admin.get(f"/admin/users/{person.user_id}"), RegisteredUserView)


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 501}, {"email": "x"}, {"cursor": "x"}, {"role": "admin"}])
async def test_a_list_that_cannot_be_is_refused(admin: Person, params: dict[str, Any]) -> None:
    assert (await admin.get("/admin/users", **params)).status_code == 400


async def test_what_is_changed_counts_at_once_and_the_rest_stays(admin: Person, person: Person, town: Town) -> None:
    changed = decoded(await change(admin, person, roles=["readonly"], tier="basic"), RegisteredUserView)
    assert (changed.roles, changed.tier, changed.is_active, changed.live_sessions) == (["readonly"], "basic", True, 1)
    problem(await person.client.patch("/api/v1/users/me", json={}), 403, "forbidden")
    third = [await town.person(person.email) for _ in range(2)][-1]
    assert not await person.is_in()  # two sessions are all that `basic` has
    changed = decoded(await change(admin, person, roles=["admin", "user"]), RegisteredUserView)
    assert (changed.roles, changed.tier) == (["admin", "user"], "basic")
    assert (await third.get("/admin/jobs")).status_code == 200
    unchanged = decoded(await change(admin, person), RegisteredUserView)
    assert unchanged.roles == ["admin", "user"]
    demoted = decoded(await change(admin, person, roles=["user"]), RegisteredUserView)
    assert demoted.roles == ["user"]
    problem(await third.get("/admin/jobs"), 403, "forbidden")


async def test_who_is_kept_out_is_out_until_let_in_again(admin: Person, person: Person, town: Town) -> None:
    out = decoded(await change(admin, person, is_active=False), RegisteredUserView)
    assert (out.is_active, out.live_sessions) == (False, 0)
    assert not await person.is_in()
    problem(await town.log_in(person.email), 401, "credentials_wrong")
    await change(admin, person, is_active=True)
    assert (await town.log_in(person.email)).status_code == 201
    assert not await person.is_in()


async def test_unlocking_forgets_wrong_passwords(admin: Person, person: Person, town: Town) -> None:
    for _ in range(5):
        await town.log_in(person.email, "wrong")
    problem(await town.log_in(person.email), 401, "credentials_wrong")
    assert (await change(admin, person, unlock=True)).status_code == 200
    assert (await town.log_in(person.email)).status_code == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"roles": []}, "/roles"),
        ({"roles": ["root"]}, "/roles/0"),
        ({"roles": "admin"}, "/roles"),
        ({"tier": "gold"}, "/tier"),
        ({"is_active": None}, "/is_active"),
        ({"email": "x@example.com"}, "/email"),
    ],
)
async def test_a_change_that_cannot_be_is_refused(
    admin: Person, person: Person, changes: dict[str, Any], field: str
) -> None:
    assert blamed(await change(admin, person, **changes), 400, "invalid") == {field}


async def test_nobody_with_this_id_is_not_found(admin: Person) -> None:
    path = f"/api/v1/admin/users/{uuid4()}"
    problem(await admin.client.get(path), 404, "not_found")
    problem(await admin.client.patch(path, json={}), 404, "not_found")
    problem(await admin.client.post(f"{path}/rotations", json={"reason": "x"}), 404, "not_found")


async def test_a_person_s_tokens_are_rotated(admin: Person, person: Person, pool: asyncpg.Pool) -> None:
    path = f"/admin/users/{person.user_id}/rotations"
    rotation = decoded(await admin.post(path, reason="phone stolen"), Rotation, 201)
    version = await pool.fetchval("select token_version from users where id = $1", person.user_id)
    assert (rotation.version, rotation.grace_seconds) == (version, 300)
    assert blamed(await admin.post(path), 400, "invalid") == {"/reason"}


@pytest.fixture
async def config(pool: asyncpg.Pool) -> AsyncIterator[asyncpg.Record]:
    """What is asked of everybody's tokens, afterwards as before."""
    known = await pool.fetchrow("select token_version, previous_version, grace_until from security_config")
    yield known
    change = "update security_config set token_version = $1, previous_version = $2, grace_until = $3"
    await pool.execute(change, *known)


async def test_everybody_s_tokens_are_rotated(admin: Person, config: asyncpg.Record) -> None:
    before = decoded(await admin.get("/admin/security/config"), SecurityConfigView)
    assert before.token_version == config["token_version"]
    rotation = decoded(await admin.post("/admin/security/rotations", reason="laptop lost"), Rotation, 201)
    assert rotation.version > before.token_version
    after = decoded(await admin.get("/admin/security/config"), SecurityConfigView)
    assert (after.token_version, after.previous_version) == (rotation.version, before.token_version)
    assert after.last_rotation_reason == "laptop lost"
    assert after.grace_until
    assert after.last_rotation_at


async def test_jobs_show_what_waits_and_what_runs_by_the_clock(admin: Person, pool: asyncpg.Pool) -> None:
    await pool.execute("insert into pgqueuer (priority, status, entrypoint) values (0, 'queued', 'nobody_does_this')")
    await pool.execute("insert into pgqueuer_schedules (expression, entrypoint) values ('@daily', 'nobody_does_this')")
    try:
        jobs = decoded(await admin.get("/admin/jobs"), JobsView)
    finally:
        await pool.execute("delete from pgqueuer where entrypoint = 'nobody_does_this'")
        await pool.execute("delete from pgqueuer_schedules where entrypoint = 'nobody_does_this'")
    assert [(one.state, one.count) for one in jobs.queued if one.name == "nobody_does_this"] == [("queued", 1)]
    assert [one.cron for one in jobs.schedules if one.name == "nobody_does_this"] == ["@daily"]


async def test_what_administrators_do_is_in_the_log(admin: Person, person: Person, pool: asyncpg.Pool) -> None:
    await change(admin, person, tier="pro")

    async def logged() -> list[str]:
        names = "select name from event_log where payload ->> 'user_id' = $1 and name like 'user_update.%' order by 1"
        return [row["name"] for row in await pool.fetch(names, str(person.user_id))]

    async def is_logged() -> bool:
        return await logged() == ["user_update.attempted", "user_update.succeeded"]

    await until(is_logged, "the change's events")
