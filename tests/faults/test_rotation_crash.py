"""`litestar keys rotate-credentials` is killed in the middle, and goes on where it stopped."""

import asyncio
from datetime import UTC, datetime

from app.core.ids import ConnectionId, UserId, uuid7
from app.domain.connections.provider import Credentials
from app.domain.protocols.secrets import Ring
from app.infrastructure.security.secrets import new_key, spelled, variable
from app.infrastructure.security.vault import KeyedCredentialVault
from tests.running import START_SECONDS_MAX, program
from tests.site import Site
from tests.waiting import until

ROWS, PART, SEEN = 1_300, 200, 1_000  # so many are encrypted in a transaction, and so many looked at
SECRET = Credentials({"key": "what opens an account"})
WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
ADD = """insert into connections (id, user_id, provider_slug, status, credentials, created_at, updated_at)
    values ($1, $2, 'bank', 'active', $3, $4, $4)"""
UNDER = "select count(*) from connections where user_id = $1 and starts_with(encode(credentials, 'escape'), $2)"


async def test_a_rotation_that_is_killed_goes_on_where_it_stopped(broken: Site) -> None:
    old = broken.secrets.ring(Ring.CREDENTIALS)
    rotated = old.rotated(new_key())
    environ = broken.environ | {variable(Ring.CREDENTIALS): spelled(rotated)}
    log, command = broken.folder / "rotation.log", ("keys", "rotate-credentials")
    with program(environ, broken.folder / "others.log", *command) as others:  # what other tests left is no part of this
        assert await asyncio.to_thread(others.process.wait, START_SECONDS_MAX) == 0, others.said
    user_id, now = UserId(uuid7()), datetime.now(UTC)
    insert = "insert into users (id, email, password_hash, roles) values ($1, $2, '', '{}')"
    await broken.pool.execute(insert, user_id, f"{user_id}@example.com")
    ids = sorted(ConnectionId(uuid7()) for _ in range(ROWS))
    vault = KeyedCredentialVault(old)
    await broken.pool.executemany(ADD, [(one, user_id, vault.seal(SECRET, user_id, one), now) for one in ids])

    async def done() -> int:
        return int(await broken.pool.fetchval(UNDER, user_id, f"v1.{rotated.current.id}."))

    async def is_held_up() -> bool:
        assert first.process.poll() is None, first.said
        return int(await broken.pool.fetchval(WAITING)) == 1

    with program(environ, log, *command) as first:
        async with broken.pool.acquire() as holder, holder.transaction():
            await holder.execute("select from connections where id = $1 for update", ids[SEEN + PART // 2])
            await until(is_held_up, "the second part to wait")
            first.kill()
    assert await done() == PART
    for left in (ROWS - PART, 0):
        with program(environ, log, *command) as again:
            assert await asyncio.to_thread(again.process.wait, START_SECONDS_MAX) == 0, again.said
        assert f"{left} rows were encrypted under the current key." in again.said
    new = KeyedCredentialVault(rotated)
    stored = await broken.pool.fetch("select id, credentials from connections where user_id = $1", user_id)
    assert [new.open(row["credentials"], user_id, row["id"]) for row in stored] == [SECRET] * ROWS
    await broken.pool.execute("delete from users where id = $1", user_id)
