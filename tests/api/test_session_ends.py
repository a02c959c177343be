"""Ending a session ends it: on the next request, in every process, for access and refresh tokens."""

from collections.abc import Awaitable, Callable

import pytest

from app.application.identity.assign_role import AssignRole
from app.application.identity.lock_user import LockUser
from app.application.identity.unlock_user import UnlockUser
from app.domain.identity.user import Role
from tests.answers import problem
from tests.conftest import Operate
from tests.people import PASSWORD, RESET, Person, Town

NEWER = "a quite different pass phrase"
PASSWORDS = {"current_password": PASSWORD, "new_password": NEWER}


class Home:
    """Somebody with two sessions, of which the first is about to end, seen by two processes."""

    def __init__(self, town: Town, neighbour: Town, operate: Operate, victim: Person, other: Person) -> None:
        self.town = town
        self.neighbour = neighbour
        self.operate = operate
        self.victim = victim
        self.other = other

    async def seen(self, who: Person) -> list[bool]:
        """Whether the processes let somebody in."""
        return [await who.at(where).is_in() for where in (self.town, self.neighbour)]


@pytest.fixture
async def home(town: Town, neighbour: Town, operate: Operate, person: Person) -> Home:
    home = Home(town, neighbour, operate, person, await town.person(person.email))
    assert await home.seen(home.victim) == await home.seen(home.other) == [True, True]
    return home


type End = Callable[[Home], Awaitable[object]]


async def reset(home: Home) -> None:
    await home.town.forget_password(home.victim.email)
    token = await home.town.mailed_token(home.victim.email, RESET)
    assert (await home.neighbour.reset(token, NEWER)).status_code == 201


async def evict(home: Home) -> None:
    for _ in range(4):
        assert (await home.neighbour.log_in(home.victim.email)).status_code == 201


async def replay(home: Home) -> None:
    """The successor is used, then the token before it comes back."""
    stolen = home.victim.refresh_token
    successor = (await home.town.refresh(stolen)).json()["refresh_token"]
    assert (await home.neighbour.refresh(successor)).status_code == 201
    assert (await home.town.refresh(stolen)).status_code == 401


async def delete_account(home: Home) -> None:
    await home.other.post("/sessions/current/confirmations", password=PASSWORD)
    assert (await home.other.delete("/users/me")).status_code == 204


ENDS: dict[str, tuple[End, bool]] = {  # how, and whether the other session goes on
    "log out": (lambda home: home.victim.at(home.neighbour).delete("/sessions/current"), True),
    "revoke one": (lambda home: home.other.delete(f"/sessions/{home.victim.session_id}"), True),
    "revoke the others": (lambda home: home.other.delete("/sessions"), True),
    "change the password": (lambda home: home.other.client.put("/api/v1/users/me/password", json=PASSWORDS), True),
    "replay": (replay, True),
    "evict": (evict, True),
    "reset the password": (reset, False),
    "lock": (lambda home: home.operate(LockUser(email=home.victim.email)), False),
    "delete the account": (delete_account, False),
}


@pytest.mark.parametrize("how", ENDS)
async def test_it_counts_on_the_next_request_in_every_process(home: Home, how: str) -> None:
    end, others_stay = ENDS[how]
    await end(home)
    assert await home.seen(home.victim) == [False, False]
    for where in (home.town, home.neighbour):
        problem(await where.refresh(home.victim.refresh_token), 401, "refresh_token_invalid")
    assert await home.seen(home.other) == [others_stay] * 2
    assert (await home.town.refresh(home.other.refresh_token)).is_success == others_stay


async def test_what_ended_stays_ended_when_the_user_is_unlocked(home: Home) -> None:
    await home.operate(LockUser(email=home.victim.email))
    await home.operate(UnlockUser(email=home.victim.email))
    assert await home.seen(home.victim) == [False, False]
    assert (await home.town.log_in(home.victim.email)).status_code == 201


async def test_a_new_role_counts_on_the_next_request_in_every_process(home: Home) -> None:
    async def statuses() -> list[int]:
        return [
            (await home.victim.at(where).client.patch("/api/v1/users/me", json={})).status_code
            for where in (home.town, home.neighbour)
        ]

    assert await statuses() == [200, 200]
    await home.operate(AssignRole(email=home.victim.email, role=Role.READONLY))
    assert await statuses() == [403, 403]
    assert await home.seen(home.victim) == [True, True]
    await home.operate(AssignRole(email=home.victim.email, role=Role.USER))
    assert await statuses() == [200, 200]
