"""What `litestar users` and `litestar tokens` send, and how they tell what is answered."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.application.identity.assign_role import AssignRole
from app.application.identity.errors import EmailUnknown
from app.application.identity.list_users import ListUsers
from app.application.identity.lock_user import LockUser
from app.application.identity.register_user import RegisterUser
from app.application.identity.rotate_all_tokens import RotateAllTokens, Rotation
from app.application.identity.rotate_user_tokens import RotateUserTokens
from app.application.identity.unlock_user import UnlockUser
from app.application.identity.verify_user import VerifyUser
from app.application.identity.views import UserLine, UserView
from app.application.registry import Message
from app.core.ids import uuid7
from app.domain.identity.password import PasswordTooWeak
from app.domain.identity.user import Role
from app.presentation.cli import tokens, users
from tests.operators import Office

EMAIL = "ada@example.com"
PASSWORD = "correct horse battery staple"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PEOPLE = [
    UserLine(email="[bold]ada@example.com", roles=["admin"], tier="plus", state="active", created_at=NOW),
    UserLine(email="bob@example.com", roles=["user"], tier="pro", state="locked", created_at=NOW),
]
ANSWERS: dict[type[Message[Any]], Any] = {
    RegisterUser: UserView(
        id=uuid7(), email=EMAIL, name=None, roles=["user"], tier="plus", email_verified=False, created_at=NOW
    ),
    ListUsers: PEOPLE,
    RotateAllTokens: Rotation(version=2, grace_seconds=300),
    RotateUserTokens: Rotation(version=3, grace_seconds=300),
}


@pytest.fixture
def office() -> Office:
    return Office(ANSWERS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("verify", EMAIL), VerifyUser(email=EMAIL)),
        (("promote", EMAIL, "--role", "admin"), AssignRole(email=EMAIL, role=Role.ADMIN)),
        (("lock", EMAIL), LockUser(email=EMAIL)),
        (("unlock", EMAIL), UnlockUser(email=EMAIL)),
        (("list", "--limit", "7"), ListUsers(limit=7)),
    ],
)
def test_a_command_sends_its_message_as_an_operator(
    office: Office, arguments: tuple[str, ...], message: Message[Any]
) -> None:
    assert office.run(users.command, *arguments).exit_code == 0
    assert office.received == [message]
    assert office.operators == ["litestar users"]


def test_the_first_administrator_is_made_by_one_command(office: Office) -> None:
    done = office.run(users.command, "create", EMAIL, "--role", "admin", "--verified", typed=f"{PASSWORD}\n" * 2)
    assert done.exit_code == 0
    assert office.received == [
        RegisterUser(email=EMAIL, password=PASSWORD),
        AssignRole(email=EMAIL, role=Role.ADMIN),
        VerifyUser(email=EMAIL),
    ]
    assert PASSWORD not in done.output


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\nmore\n"])
def test_a_password_is_the_first_line_of_standard_input(office: Office, end: str) -> None:
    done = office.run(users.command, "create", EMAIL, "--password-stdin", typed=f" {PASSWORD} {end}")
    assert done.exit_code == 0
    assert office.received == [RegisterUser(email=EMAIL, password=f" {PASSWORD} ")]


def test_nothing_follows_a_refused_registration(office: Office) -> None:
    office.refusals[RegisterUser] = PasswordTooWeak.of("/password", "Take 15 characters or more.")
    done = office.run(users.command, "create", EMAIL, "--role", "admin", "--password-stdin", typed="short\n")
    assert done.exit_code == 1
    assert "Take 15 characters or more." in done.stderr
    assert [type(message) for message in office.received] == [RegisterUser]


def test_a_refusal_is_told_by_title_and_detail(office: Office) -> None:
    office.refusals[LockUser] = EmailUnknown(detail="Look at the list.")
    done = office.run(users.command, "lock", EMAIL)
    assert done.exit_code == 1
    assert "Nobody has this e-mail address. Look at the list." in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("create", "no-address", "--password-stdin"),
        ("create", EMAIL, "--password-stdin"),
        ("create", EMAIL, "--role", "root", "--password-stdin"),
        ("promote", EMAIL),
        ("list", "--limit", "0"),
    ],
)
def test_what_makes_no_message_reaches_nobody(office: Office, arguments: tuple[str, ...]) -> None:
    done = office.run(users.command, *arguments, typed="\n")
    assert done.exit_code in {1, 2}
    assert not office.operators


def test_servers_that_are_away_are_told_in_a_line(office: Office) -> None:
    office.is_open = False
    done = office.run(users.command, "list")
    assert done.exit_code == 1
    assert "The servers are away." in done.stderr


def test_the_list_is_a_table_that_takes_addresses_literally(office: Office) -> None:
    shown = office.run(users.command, "list").stdout
    assert "[bold]ada@example.com" in shown
    assert "2026-11-23" in shown


def test_the_list_is_json_alone_on_standard_output(office: Office) -> None:
    done = office.run(users.command, "list", "--json", "--limit", "2")
    assert [person["state"] for person in json.loads(done.stdout)] == ["active", "locked"]
    assert "first 2" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message", "told"),
    [
        ((), RotateAllTokens(reason="theft"), "of everybody must have version 2"),
        (("--user", EMAIL), RotateUserTokens(email=EMAIL, reason="theft"), f"of {EMAIL} must have version 3"),
    ],
)
def test_tokens_are_rotated_for_a_reason(
    office: Office, arguments: tuple[str, ...], message: Message[Any], told: str
) -> None:
    assert office.run(tokens.command, "rotate", *arguments).exit_code == 2
    done = office.run(tokens.command, "rotate", "--reason", "theft", *arguments)
    assert told in done.stdout
    assert office.received == [message]
    assert office.operators == ["litestar tokens"]
