"""Every role on every route, as the route registry and the matrix have them."""

import re
from collections.abc import Sequence
from uuid import uuid4

import httpx
import pytest

from app.application.identity.assign_role import AssignRole
from app.core.errors import Forbidden, Unauthorized
from app.domain.identity.user import Role
from app.infrastructure.security.permissions import MATRIX, ROLES
from app.presentation.http.registry import ROUTES
from app.presentation.http.route import Public, RouteMetadata
from tests.answers import problem
from tests.conftest import Operate
from tests.people import Person, Town

LAST = "delete_current_session"
OTHERWISE_GUARDED = {"get_metrics"}  # by a token of its own
# What ends the asker's own session comes last.
PROBED = sorted(
    (meta for meta in ROUTES if meta.documented and meta.operation_id not in OTHERWISE_GUARDED),
    key=lambda meta: meta.operation_id == LAST,
)


async def outcome(client: httpx.AsyncClient, meta: RouteMetadata) -> str:
    """`in`, or the code of the policy's refusal; with ids that nobody has, and no body."""
    path = re.sub(r"{\w+(:\w+)?}", lambda found: str(uuid4()) if found[1] == ":uuid" else "nothing", meta.path)
    async with client.stream(meta.method.value, path) as answer:
        if answer.status_code not in {401, 403}:
            return "in"
        await answer.aread()
    code = str(answer.json()["type"]).rpartition("/")[2]
    return code if code in {Unauthorized.code, Forbidden.code} else "in"


def expected(meta: RouteMetadata, role: str) -> str:
    if isinstance(meta.auth, Public):
        return "in"
    if role == "anonymous":
        return Unauthorized.code
    least = MATRIX[meta.auth.resource, meta.auth.action]
    return "in" if ROLES.index(role) <= ROLES.index(least) else Forbidden.code


@pytest.mark.parametrize("role", ["anonymous", *Role])
async def test_everybody_gets_what_the_matrix_says_on_every_route(town: Town, operate: Operate, role: str) -> None:
    client = town.client()
    if role != "anonymous":
        person = await town.person()
        await operate(AssignRole(email=person.email, role=Role(role)))
        client = person.client
    found = {meta.operation_id: await outcome(client, meta) for meta in PROBED}
    assert found == {meta.operation_id: expected(meta, role) for meta in PROBED}


async def test_a_role_counts_on_the_next_request_in_every_process(
    person: Person, neighbour: Town, operate: Operate
) -> None:
    both: Sequence[Person] = (person, person.at(neighbour))
    for role, status in (("readonly", 403), ("user", 200), ("readonly", 403), ("admin", 200)):
        await operate(AssignRole(email=person.email, role=Role(role)))
        for one in both:
            answer = await one.client.patch("/api/v1/users/me", json={"name": role})
            if status == 403:
                problem(answer, status, "forbidden")
            assert answer.status_code == status
