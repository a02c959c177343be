import asyncpg
import httpx
import pytest

from app.application.audit.views import AuditRecordPage
from app.application.identity.assign_role import AssignRole
from app.domain.identity.user import Role
from tests.answers import decoded, problem
from tests.conftest import Operate
from tests.people import Person, Town
from tests.waiting import until

PATH = "/admin/audit-records"


@pytest.fixture(scope="module")
async def auditor(town: Town, operate: Operate) -> Person:
    """An administrator, whose login with that role was the last thing that happened."""
    person = await town.person()
    await operate(AssignRole(email=person.email, role=Role.ADMIN))
    return await town.person(person.email)


async def shown(auditor: Person, **filters: object) -> AuditRecordPage:
    return decoded(await auditor.get(PATH, **filters), AuditRecordPage)


async def recorded(auditor: Person, count: int, **filters: object) -> AuditRecordPage:
    """The page, as soon as it has so many."""
    page: list[AuditRecordPage] = []

    async def is_there() -> bool:
        page[:] = [await shown(auditor, **filters)]
        return len(page[0].audit_records) >= count

    await until(is_there, f"{count} audit records")
    return page[0]


async def test_the_trail_is_for_administrators(client: httpx.AsyncClient, person: Person) -> None:
    problem(await client.get(f"/api/v1{PATH}"), 401, "unauthorized")
    problem(await person.get(PATH), 403, "forbidden")


async def test_a_login_is_in_the_trail_with_who_where_and_how(auditor: Person) -> None:
    page = await recorded(auditor, 2, user_id=auditor.user_id, action="user_login_success")
    newest = page.audit_records[0]
    assert (newest.outcome, newest.user_id) == ("succeeded", auditor.user_id)
    assert newest.resource == f"session/{auditor.session_id}"
    assert newest.facts == {"session_id": str(auditor.session_id), "user_id": str(auditor.user_id)}
    assert newest.personal
    assert newest.personal["actor"]["ip_address"] == "127.0.0.1"
    assert len(newest.hash) == 64


async def test_filters_narrow_and_pages_follow_each_other(auditor: Person) -> None:
    whole = (await recorded(auditor, 4, user_id=auditor.user_id)).audit_records
    positions = [record.position for record in whole]
    assert positions == sorted(positions, reverse=True)
    first = await shown(auditor, user_id=auditor.user_id, limit=3, include="total")
    assert first.total_count == len(whole)
    rest = await shown(auditor, user_id=auditor.user_id, limit=500, cursor=first.next_cursor)
    assert [record.position for page in (first, rest) for record in page.audit_records] == positions
    one = whole[-1]
    same = await shown(auditor, trace_id=one.trace_id, outcome=one.outcome, start_at=one.occurred_at.isoformat())
    assert [record.position for record in same.audit_records] == [one.position]
    before = await shown(auditor, user_id=auditor.user_id, end_at=one.occurred_at.isoformat())
    assert before.audit_records == []


async def test_a_cursor_of_other_filters_and_bad_filters_are_refused(auditor: Person) -> None:
    page = await recorded(auditor, 2, user_id=auditor.user_id, limit=2)
    problem(await auditor.get(PATH, cursor=page.next_cursor), 400, "cursor_invalid")
    for bad in ({"user_id": "x"}, {"start_at": "yesterday"}, {"outcome": "maybe"}, {"action": "a\0"}, {"limit": 501}):
        problem(await auditor.get(PATH, **bad), 400, "invalid")


async def test_who_is_deleted_stays_in_the_trail_without_what_is_personal(
    auditor: Person, town: Town, pool: asyncpg.Pool
) -> None:
    leaver = await town.person()
    await leaver.post("/sessions/current/confirmations", password="correct horse battery staple")
    assert (await leaver.delete("/users/me")).status_code == 204
    page = await recorded(auditor, 1, user_id=leaver.user_id, action="account_deleted")
    assert page.audit_records[0].personal is None
    said = await pool.fetchval("select string_agg(facts, '') from audit_records where user_id = $1", leaver.user_id)
    assert leaver.email not in said
