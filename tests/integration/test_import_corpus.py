"""Every sample there is, imported twice, told again in another format, and undone: the ledger is what it was.

`IMPORT_CORPUS=all` takes all real files that are at hand instead of some.
"""

import io
import os
import random
from collections import defaultdict
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
from tests.bank_script import BankTools, Script
from tests.integration.test_import_undo import TABLES
from tests.statements import ofx_of, rows
from tests.values import actor

SHIPPED = Path(__file__).parents[1] / "data"
CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
REAL_FILES_MAX = 60
SIZE_BYTES_MAX = 200_000
ORPHANS = """
    select count(*) from transactions as t
    where user_id = $1 and not exists (select from transaction_sources as k where k.transaction_id = t.id)
"""
RETOLD = """
    select account_id, booked_on, amount, description, memo, check_number from transactions as t
    join accounts as a on a.id = t.account_id and a.currency = t.currency
    where t.user_id = $1 and t.status = 'posted' and not exists (
        select from transaction_sources as k where k.transaction_id = t.id and k.scheme = 'qif'
    ) order by booked_on, t.id
"""


def samples() -> list[Path]:
    """Shipped files, and some of the real ones."""
    real = [path for path in sorted(CORPORA.rglob("*")) if path.is_file() and path.stat().st_size < SIZE_BYTES_MAX]
    shipped = [path for path in sorted(SHIPPED.rglob("*")) if path.is_file()]
    few = len(real) if os.environ.get("IMPORT_CORPUS") == "all" else REAL_FILES_MAX
    return shipped + random.Random(6).sample(real, min(few, len(real)))


class Collector:
    """Somebody who imports everything; files that name no account go into a first one."""

    def __init__(self, container: AsyncContainer, pool: asyncpg.Pool, user_id: UserId) -> None:
        self.user_id, self._container, self._pool = user_id, container, pool

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

    async def undoes(self, done: ImportView) -> None:
        """Undo it; no row stays that nothing tells of."""
        assert isinstance(await self.does(UndoImport(import_id=ImportId(done.id))), Success)
        assert await self._pool.fetchval(ORPHANS, self.user_id) == 0

    async def ledger(self) -> list[str]:
        """A hash of every byte of each table."""
        query = "select md5(string_agg(t::text, '' order by t::text)) from {} as t where user_id = $1"
        return [await self._pool.fetchval(query.format(table), self.user_id) for table in TABLES]

    async def retold(self) -> dict[AccountId, bytes]:
        """What each account has, as QIF: without ids, currencies or account numbers, names and memos run together."""
        files: defaultdict[AccountId, str] = defaultdict(lambda: "!Type:Bank\n")
        for row in await self._pool.fetch(RETOLD, self.user_id):
            number = f"N{row['check_number']}\n" if row["check_number"] else ""
            words = " ".join(f"{row['description']} {row['memo'] or ''}".split())
            files[row["account_id"]] += f"D{row['booked_on']:%d.%m.%Y}\nT{row['amount']:f}\n{number}P{words}\n^\n"
        return {account_id: text.encode() for account_id, text in files.items()}


async def imported(somebody: Collector, contents: Sequence[bytes], into: Sequence[AccountId]) -> list[ImportView]:
    """What came of those that are statements; each with the account that it goes into where it does not say."""
    pairs = zip(contents, into, strict=True)
    views = [await somebody.imports(content) or await somebody.imports(content, chosen) for content, chosen in pairs]
    return [view for view in views if view]


async def test_importing_every_sample_again_adds_nothing_and_undoing_leaves_what_was(
    container: AsyncContainer, pool: asyncpg.Pool
) -> None:
    somebody = Collector(container, pool, UserId(uuid7()))
    await somebody.moves_in()
    opening = await somebody.imports(ofx_of(*rows(5), number="first"))
    assert opening
    first = AccountId(opening.accounts[0].account_id)
    before = await somebody.ledger()
    contents = [path.read_bytes() for path in samples()]
    once = await imported(somebody, contents, [first] * len(contents))
    assert len(once) > 20
    random.Random(7).shuffle(contents)
    again = await imported(somebody, contents, [first] * len(contents))
    assert len(again) == len(once)
    retold = await somebody.retold()
    assert len(retold) > 10
    told = await imported(somebody, [*retold.values()], [*retold])
    assert {fault.code for view in told for fault in view.errors} <= {"date_order_assumed"}
    assert len(told) == len(retold)
    assert [one for view in again + told for one in view.accounts if one.transactions_new or one.created] == []
    everything = [*once, *again, *told]
    random.Random(8).shuffle(everything)
    for view in everything:
        await somebody.undoes(view)
    assert await somebody.ledger() == before
    await somebody.undoes(opening)
    assert await somebody.ledger() == [None] * len(TABLES)


async def test_files_between_live_syncs_add_nothing_and_undoing_them_leaves_what_the_bank_has(
    bank: BankTools, container: AsyncContainer, pool: asyncpg.Pool
) -> None:
    somebody = Collector(container, pool, UserId(uuid7()))
    await somebody.moves_in()
    play = Script(*bank, somebody.user_id, "simplefin")
    await play.connect()
    await play.sync()
    synced, done = await somebody.ledger(), []
    for number in range(3):
        for account_id, content in (await somebody.retold()).items():
            view = await somebody.imports(content, account_id)
            assert view
            assert [one.transactions_new for one in view.accounts] == [0]
            done.append(view)
        if not number:  # as long as no later sync changes anything, to the byte
            for view in done:
                await somebody.undoes(view)
            done.clear()
            assert await somebody.ledger() == synced
        play.happens("new_rows", 3)
        play.time_passes(2)
        await play.sync()
        assert await play.shown() == play.truth()
    random.Random(9).shuffle(done)
    for view in done:
        await somebody.undoes(view)
        assert await play.shown() == play.truth()
    assert (
        await pool.fetchval(
            "select count(*) from transaction_sources where source = 'import' and user_id = $1", play.user_id
        )
        == 0
    )
