"""Operators' commands: as real processes without and beside a running API, and what they leave in the log."""

import asyncio
import json
import os
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import pytest

from app.application.identity.assign_role import AssignRole
from app.application.identity.errors import EmailUnknown
from app.application.identity.list_users import ListUsers
from app.application.identity.rotate_user_tokens import RotateUserTokens
from app.application.identity.verify_user import VerifyUser
from app.core.errors import OutOfServiceError
from app.core.result import Failure, Success
from app.domain.identity.user import Role
from app.domain.protocols.secrets import KeyRing, Ring
from app.infrastructure.embedded.servers import EmbeddedServers
from app.infrastructure.security.secrets import new_key, spelled
from app.presentation.cli.operator import value
from app.settings import ROOT, Settings, load_settings
from app.wiring.operator import operating
from app.wiring.servers import Servers
from tests.answers import problem
from tests.people import PASSWORD, Person, Town, new_email
from tests.running import LITESTAR

CREATION = [
    f"{workflow}.{phase}"
    for workflow in ("user_registration", "role_assignment", "user_verification")
    for phase in ("attempted", "succeeded")
]
EVENTS = """
    with events as (select id, name, payload from outbox union all select id, name, payload from event_log)
    select name, payload, data from events join event_personal_data on event_id = id
    where lower(data ->> 'email') = $1 or user_id = (select id from users where email = $1) order by id
"""


async def litestar(environ: Mapping[str, str], *command: str, typed: str = "") -> tuple[int, str, str]:
    """Run a command to its end; answers its exit code, output and complaints."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        LITESTAR, *command, cwd=ROOT, env={**os.environ, **environ}, stdin=pipe, stdout=pipe, stderr=pipe
    )
    output, complaints = await process.communicate(typed.encode())
    assert process.returncode is not None
    return process.returncode, output.decode(), complaints.decode()


async def test_the_first_administrator_is_made_before_anything_runs(folder: Path) -> None:
    data = folder / "first"
    data.mkdir(mode=0o755)
    environ = {"DASHTAM_ENVIRONMENT": "test", "DASHTAM_DATA_DIR": str(data)}
    command = ("users", "create", "Ada@Example.com", "--role", "admin", "--verified", "--password-stdin")
    code, output, complaints = await litestar(environ, *command, typed=f"{PASSWORD}\n")
    assert (code, output) == (0, "ada@example.com is registered with the role admin, verified.\n"), complaints
    assert PASSWORD not in complaints
    servers = EmbeddedServers(data)
    assert servers.status().postgres_pid is None
    connection = await asyncpg.connect(servers.start().database_url)
    try:
        ada = await connection.fetchrow("select email, roles, verified_at is not null as verified from users")
        assert tuple(ada) == ("ada@example.com", ["admin"], True)
        events = await connection.fetch(EVENTS, "ada@example.com")
        assert [event["name"] for event in events] == CREATION
        assert {json.loads(event["data"])["actor"]["user_agent"] for event in events} == {"litestar users"}
    finally:
        await connection.close()
        servers.release()


async def test_locking_ends_sessions_at_once_and_unlocking_lets_in(
    town: Town, person: Person, environ: Mapping[str, str]
) -> None:
    assert (await person.get("/users/me")).status_code == 200
    assert (await litestar(environ, "users", "lock", person.email))[0] == 0
    problem(await person.get("/users/me"), 401, "unauthorized")
    problem(await town.log_in(person.email), 401, "credentials_wrong")
    assert (await litestar(environ, "users", "unlock", person.email.upper()))[0] == 0
    assert (await town.log_in(person.email)).status_code == 201


async def test_verification_and_role_count_at_once(town: Town, person: Person, environ: Mapping[str, str]) -> None:
    newcomer = new_email()
    await town.register(newcomer)
    problem(await town.log_in(newcomer), 403, "email_unverified")
    done = await asyncio.gather(
        litestar(environ, "users", "verify", newcomer),
        litestar(environ, "users", "promote", person.email, "--role", "readonly"),
    )
    assert [code for code, *_ in done] == [0, 0]
    assert (await town.log_in(newcomer)).status_code == 201
    assert (await person.get("/users/me")).json()["roles"] == ["readonly"]
    problem(await person.client.patch("/api/v1/users/me", json={"name": "Ada"}), 403, "forbidden")


async def test_a_known_address_is_never_promoted_by_creating_it(person: Person, environ: Mapping[str, str]) -> None:
    """Not even where registering over HTTP conceals that it is known."""
    concealing = {**environ, "DASHTAM_AUTH__CONCEAL_ACCOUNTS": "true"}
    command = ("users", "create", person.email, "--role", "admin", "--password-stdin")
    code, output, complaints = await litestar(concealing, *command, typed=f"{PASSWORD}\n")
    assert (code, output) == (1, "")
    assert "registered already" in complaints
    assert (await person.get("/users/me")).json()["roles"] == ["user"]


async def test_rotation_has_its_reason_in_the_log(
    person: Person, settings: Settings, environ: Mapping[str, str], pool: asyncpg.Pool
) -> None:
    async with operating(settings, Servers(settings, environ), "litestar tokens") as dispatch:
        done = await dispatch(RotateUserTokens(email=person.email, reason="phone stolen"))
    assert isinstance(done, Success)
    attempted, succeeded = (await pool.fetch(EVENTS, person.email))[-2:]
    assert attempted["name"] == "user_token_rotation.attempted"
    assert json.loads(attempted["payload"])["reason"] == "phone stolen"
    assert succeeded["name"] == "user_token_rotation.succeeded"


async def test_operators_see_who_there_is_and_are_told_who_is_not(
    person: Person, settings: Settings, environ: Mapping[str, str]
) -> None:
    async with operating(settings, Servers(settings, environ), "litestar users") as dispatch:
        listed = value(await dispatch(ListUsers(limit=100_000)))
        [entry] = [entry for entry in listed if entry.email == person.email]
        assert (entry.roles, entry.tier, entry.state) == (["user"], "plus", "active")
        assert len(value(await dispatch(ListUsers(limit=1)))) == 1
        for message in (VerifyUser(email=new_email()), AssignRole(email=new_email(), role=Role.ADMIN)):
            assert await dispatch(message) == Failure(EmailUnknown())


async def test_servers_that_do_not_answer_are_one_error(tmp_path: Path) -> None:
    environ = {"DASHTAM_ENVIRONMENT": "test", "DASHTAM_DATA_DIR": str(tmp_path)}
    environ |= {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/d", "REDIS_URL": "redis://127.0.0.1:9"}
    environ |= {f"DASHTAM_SECRET_{ring.upper()}": spelled(KeyRing((new_key(),))) for ring in Ring}
    settings = load_settings(environ=environ)
    with pytest.raises(OutOfServiceError, match="A server does not answer"):
        async with operating(settings, Servers(settings, environ), "litestar users"):
            pass


async def test_output_that_is_read_no_further_blames_no_server(settings: Settings, environ: Mapping[str, str]) -> None:
    with pytest.raises(BrokenPipeError):
        async with operating(settings, Servers(settings, environ), "litestar audit"):
            raise BrokenPipeError
