"""`litestar users`: what operators do to people, in the event log like everything else."""

import sys

import click
from litestar import Litestar

from app.application.identity.assign_role import AssignRole
from app.application.identity.list_users import ListUsers
from app.application.identity.lock_user import LockUser
from app.application.identity.register_user import RegisterUser
from app.application.identity.unlock_user import UnlockUser
from app.application.identity.verify_user import VerifyUser
from app.domain.identity.user import Role
from app.presentation.cli.groups import group
from app.presentation.cli.operator import made, send
from app.presentation.cli.output import json_option, limit_option, printed

ROLES = click.Choice([role.value for role in Role])
SHOWN = 1_000

email_argument = click.argument("email")


@group("users")
def command() -> None:
    """Create, verify, promote, lock, unlock and list people.

    Works whether the API runs or not; needs nothing but the database. Every command is in the event log.

    Example, the first administrator: litestar users create ada@example.com --role admin --verified
    """


@command.command()
@email_argument
@click.option("--role", type=ROLES, help="Give this role instead of user.")
@click.option("--verified", is_flag=True, help="Take the address as proven, so that logging in works at once.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking for it.")
def create(app: Litestar, email: str, role: str | None, verified: bool, password_stdin: bool) -> None:
    """Register a person under EMAIL.

    Example: pass show ada | litestar users create ada@example.com --verified --password-stdin
    """
    then = [made(AssignRole, email=email, role=role)] if role else []
    proof = [made(VerifyUser, email=email)] if verified else []
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else asked()
    user, *_ = send(app, "users", made(RegisterUser, email=email, password=password), *then, *proof)
    state = "verified" if verified else "to be verified with the link that is mailed as soon as the API runs"
    click.echo(f"{user.email} is registered with the role {role or Role.USER}, {state}.")


@command.command()
@email_argument
def verify(app: Litestar, email: str) -> None:
    """Take the address EMAIL as proven, without its mail.

    Example: litestar users verify ada@example.com
    """
    send(app, "users", made(VerifyUser, email=email))
    click.echo(f"{email} is verified.")


@command.command()
@email_argument
@click.option("--role", type=ROLES, required=True, help="The one role the person then has.")
def promote(app: Litestar, email: str, role: str) -> None:
    """Give the person with the address EMAIL a role; it counts on the next request.

    Example: litestar users promote ada@example.com --role admin
    """
    send(app, "users", made(AssignRole, email=email, role=role))
    click.echo(f"{email} now has the role {role}.")


@command.command()
@email_argument
def lock(app: Litestar, email: str) -> None:
    """Keep the person with the address EMAIL out; every session ends.

    Example: litestar users lock mallory@example.com
    """
    send(app, "users", made(LockUser, email=email))
    click.echo(f"{email} is locked.")


@command.command()
@email_argument
def unlock(app: Litestar, email: str) -> None:
    """Let the person with the address EMAIL in again, also after too many wrong passwords.

    Example: litestar users unlock ada@example.com
    """
    send(app, "users", made(UnlockUser, email=email))
    click.echo(f"{email} is unlocked.")


@command.command(name="list")
@json_option
@limit_option(SHOWN)
def list_people(app: Litestar, as_json: bool, limit: int) -> None:
    """List people, those who registered first before others.

    Example: litestar users list --json | jq -r '.[] | select(.state == "locked").email'
    """
    [people] = send(app, "users", made(ListUsers, limit=limit))
    printed(people, as_json=as_json, limit=limit)


def asked() -> str:
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password
