"""What readers share: the pool, a page of a user's rows, one thing's JSON."""

from functools import cache
from uuid import UUID

import asyncpg

from app.core.ids import UserId
from app.core.paging import Rows, Window
from app.infrastructure.postgres.json_rows import page, rows


class Reader:
    """Reads beside units of work, each question in one statement."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def _listed(self, table: str, view: str, direction: str, user_id: UserId, window: Window) -> Rows:
        after = [UUID(window.after[0])] if window.after else []
        statement = list_of(table, view, direction, after=bool(after), total=window.total)
        return rows(await self._pool.fetchrow(statement, window.limit, user_id, *after))

    async def _one(self, table: str, view: str, user_id: UserId, thing: UUID) -> bytes | None:
        return await self._json(one(table, view), user_id, thing)

    async def _json(self, statement: str, *arguments: object) -> bytes | None:
        found: str | None = await self._pool.fetchval(statement, *arguments)
        return found.encode() if found else None


@cache
def one(table: str, view: str) -> str:
    """The statement that reads one row of a user."""
    row = f"select {view} from {table} as t where t.user_id = $1 and t.id = $2"  # noqa: S608  # constants of readers
    return f"select row_to_json(v)::text from ({row}) as v"  # noqa: S608


@cache
def list_of(table: str, view: str, direction: str, *, after: bool, total: bool) -> str:
    """The statement that reads a page of a user's rows in the order they were made: $1 limit, $2 user, $3 after."""
    beyond = f" and t.id {'>' if direction == 'asc' else '<'} $3" if after else ""
    return page(
        f"{table} as t where t.user_id = $2{beyond}",
        view,
        f"t.id {direction}",
        ("t.id",),
        f"(select count(*) from {table} where user_id = $2)" if total else "null::bigint",  # noqa: S608
    )
