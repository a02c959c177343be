"""Every sample there is, imported twice and undone: the files of the tests, and real ones where they are at hand."""

import io
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
from dishka import AsyncContainer

from app.application.dispatch import Dispatcher
from app.application.imports.import_statement import ImportStatement
from app.application.imports.undo_import import UndoImport
from app.application.imports.views import ImportView
from app.application.registry import Message
from app.core.ids import AccountId, ImportId, UserId, uuid7
from app.core.result import Success
from app.domain.identity.actor import Actor
from tests.integration.test_import_undo import TABLES
from tests.statements import ofx_of
from tests.values import actor

SHIPPED = Path(__file__).parents[1] / "data"
CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
REAL_FILES_MAX = 60
SIZE_BYTES_MAX = 200_000


def samples() -> list[Path]:
    """Shipped files, and some of the real ones."""
    real = [path for path in sorted(CORPORA.rglob("*")) if path.is_file() and path.stat().st_size < SIZE_BYTES_MAX]
    shipped = [path for path in sorted(SHIPPED.rglob("*")) if path.is_file()]
    return shipped + random.Random(6).sample(real, min(REAL_FILES_MAX, len(real)))


class Collector:
    """Somebody who imports everything; files that name no account go into a first one."""

    def __init__(self, container: AsyncContainer, pool: asyncpg.Pool) -> None:
        self.user_id = UserId(uuid7())
        self._container, self._pool = container, pool

    async def moves_in(self) -> None:
        insert = "insert into users (id, email, password_hash, roles) values ($1, $2, '', '{}')"
        await self._pool.execute(insert, self.user_id, f"{self.user_id}@example.com")

    async def imports(self, content: bytes, account_id: AccountId | None = None) -> ImportView | None:
        """What came of it; None where it is refused."""
        message = ImportStatement(file_name="sample", source=io.BytesIO(content), account_id=account_id)
        done = await self.does(message)
        return done.value if isinstance(done, Success) else None

    async def does(self, message: Message[Any]) -> Any:
        async with self._container({Actor: actor(self.user_id)}) as scope:
            return await (await scope.get(Dispatcher))(message)

    async def rows(self) -> int:
        counts = [f"(select count(*) from {table} where user_id = $1)" for table in TABLES]
        return int(await self._pool.fetchval(f"select {' + '.join(counts)}", self.user_id))


async def imported(somebody: Collector, contents: Sequence[bytes], first: AccountId) -> list[ImportView]:
    views = [await somebody.imports(content) or await somebody.imports(content, first) for content in contents]
    return [view for view in views if view]


async def test_importing_every_sample_twice_adds_nothing_and_undoing_leaves_nothing(
    container: AsyncContainer, pool: asyncpg.Pool
) -> None:
    somebody = Collector(container, pool)
    await somebody.moves_in()
    opening = await somebody.imports(ofx_of(number="first"))
    assert opening
    first = AccountId(opening.accounts[0].account_id)
    contents = [path.read_bytes() for path in samples()]
    once = await imported(somebody, contents, first)
    assert len(once) > 20
    random.Random(7).shuffle(contents)
    again = await imported(somebody, contents, first)
    assert len(again) == len(once)
    assert [one for view in again for one in view.accounts if one.transactions_new or one.created] == []
    everything = [opening, *once, *again]
    random.Random(8).shuffle(everything)
    for view in everything:
        assert isinstance(await somebody.does(UndoImport(import_id=ImportId(view.id))), Success)
    assert await somebody.rows() == 0
