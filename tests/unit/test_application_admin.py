from dataclasses import replace
from typing import Any

import pytest

from app.application.admin.update_registered_user import LastAdmin, UpdateRegisteredUser, UserChanges
from app.core.errors import NotFound
from app.domain.events.administration import UserUpdateSucceeded
from app.domain.identity.session import EndReason, Tier
from app.domain.identity.user import Role, User
from tests.office import Office
from tests.values import NOW, session_of, user


@pytest.fixture
def office() -> Office:
    return Office()


async def logged_in(office: Office) -> User:
    """Somebody with two sessions."""
    known = await office.knows()
    for _ in range(2):
        await office.sessions.add(session_of(known.id))
    return known


async def administers(office: Office, known: User, **changes: Any) -> UserUpdateSucceeded:
    await office.answers(UpdateRegisteredUser(user_id=known.id, changes=UserChanges(**changes)))
    said: UserUpdateSucceeded = office.said(UserUpdateSucceeded)[-1]
    return said


async def test_a_change_of_roles_leaves_sessions_but_has_them_asked_about_anew(office: Office) -> None:
    known = await logged_in(office)
    said = await administers(office, known, roles=frozenset({Role.USER, Role.ADMIN}), tier=Tier.PRO)
    assert office.users.users[known.id] == replace(known, roles=(Role.ADMIN, Role.USER), tier=Tier.PRO)
    assert office.sessions.ended == {}
    assert sorted(said.session_ids) == sorted(office.gate.forgotten) == sorted(office.sessions.sessions)


async def test_who_is_deactivated_loses_every_session(office: Office) -> None:
    known = await logged_in(office)
    said = await administers(office, known, is_active=False)
    assert [*office.sessions.ended.values()] == [EndReason.USER_DISABLED] * 2
    assert (said.is_active, sorted(said.session_ids)) == (False, sorted(office.sessions.sessions))


@pytest.mark.parametrize("changes", [{"roles": frozenset({Role.USER})}, {"is_active": False}])
async def test_the_last_administrator_stays(office: Office, changes: dict[str, Any]) -> None:
    known = await office.knows(roles=(Role.ADMIN,))
    message = UpdateRegisteredUser(user_id=known.id, changes=UserChanges(**changes))
    assert await office.refuses(message) is LastAdmin
    other = user(email="other@example.com", roles=(Role.ADMIN,))
    await office.users.set_access(known, NOW)  # the fake has no transaction that undoes
    await office.users.add(other)
    await office.answers(message)


async def test_changing_nobody_is_not_found(office: Office) -> None:
    assert await office.refuses(UpdateRegisteredUser(user_id=user().id, changes=UserChanges())) is NotFound
