"""`litestar import` on the real servers, as an operator types it."""

import json
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import asyncpg

from tests.integration.test_cli_users import litestar
from tests.people import Person
from tests.statements import ofx_of, rows
from tests.waiting import until

RECORD = """
    select a.user_id, actor_id, roles, p.data -> 'actor' ->> 'user_agent' as user_agent
    from audit_records as a join event_personal_data as p using (event_id)
    where a.action = 'file_import_succeeded' and a.resource = $1
"""


async def test_files_reach_the_users_ledger_and_the_trail_names_the_operator(
    person: Person, stranger: Person, environ: Mapping[str, str], pool: asyncpg.Pool, tmp_path: Path
) -> None:
    named, nameless = tmp_path / "january.ofx", tmp_path / "february.ofx"
    named.write_bytes(ofx_of(*rows(3)))
    nameless.write_bytes(ofx_of(*rows(3), number=None))
    command = ("import", str(named), str(nameless), "--user", person.email.upper(), "--json")
    code, output, complaints = await litestar(environ, *command)
    first, second = map(json.loads, output.splitlines())
    assert (code, second["refused"]["code"]) == (1, "account_unnamed"), complaints
    assert first["result"]["accounts"][0]["transactions_new"] == 3
    (account,) = await person.accounts()
    assert len(await person.transactions(account.id)) == 3
    assert await stranger.accounts() == []
    resource = f"import/{first['result']['id']}"

    async def is_recorded() -> bool:
        return await pool.fetchrow(RECORD, resource) is not None

    await until(is_recorded, "the audit record")
    assert tuple(await pool.fetchrow(RECORD, resource)) == (
        UUID(str(person.user_id)),
        None,
        ["operator"],
        "litestar import",
    )
