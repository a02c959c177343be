import io
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from dishka import AsyncContainer, Provider, Scope
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.application.dispatch import Dispatcher
from app.application.imports.import_statement import ImportStatement
from app.application.imports.undo_import import UndoImport
from app.application.registry import Message
from app.core.ids import ImportId, UserId, uuid7
from app.core.result import Success
from app.domain.identity.actor import Actor
from app.domain.imports.statement import Movement, Position, StatedBalance, StatementClosed, StatementPart
from app.domain.ledger.security import Security
from app.domain.protocols.statements import StatementFiles
from app.settings import Settings
from app.wiring.container import worker_container
from app.wiring.servers import Servers
from tests.fakes.statements import FakeStatementFiles
from tests.values import NOW, actor, movement, opened

TABLES = (
    *("accounts", "account_links", "account_sources", "transactions", "transaction_sources"),
    *("holding_reports", "holdings", "balance_snapshots"),
)
SHOWN = """
    select l.fingerprint, t.booked_on, t.amount::text, t.status, t.description, a.data_as_of
    from accounts as a left join transactions as t on t.account_id = a.id
    left join account_links as l on l.account_id = a.id where a.user_id = $1
"""
# Real transactions: day, amount, what they are for. Two pairs look alike.
WORLD = [
    (5, "-1", "Tea house"),
    (5, "-1", "Tea house"),
    (5, "-1", "Coffee"),
    (6, "-2", "Book barn"),
    (6, "-2", "Book barn"),
]


@dataclass(frozen=True, kw_only=True)
class File:
    """A statement file: which transactions it tells, in which format, in which wording."""

    format: str
    number: str
    told: frozenset[int]
    wording: int
    balance: int | None

    def parts(self) -> Sequence[StatementPart]:
        current = StatedBalance(amount=Decimal(self.balance), as_of=NOW) if self.balance is not None else None
        position = Position(locator="p", security=Security(symbol="TEA"), quantity=Decimal(1), currency="USD")
        closed = StatementClosed(current=current, ends_on=date(2026, 1, 7 + self.wording))
        return [opened(number=self.number), *map(self.row, sorted(self.told)), *([position] if current else []), closed]

    def row(self, number: int) -> Movement:
        day, amount, name = WORLD[number]
        bank_id = f"{self.format} {number}" if self.format != "csv" else None
        # A file without ids tells a row again in the same words, or it would be another row.
        text = name.upper() if bank_id is None else f"{name} {self.wording}"
        return movement(amount, booked_on=date(2026, 1, day), bank_id=bank_id, description=text, reference=None)


files = st.builds(
    File,
    format=st.sampled_from(["ofx", "camt", "csv"]),
    number=st.sampled_from(["1", "2"]),
    told=st.frozensets(st.integers(0, len(WORLD) - 1)),
    wording=st.integers(0, 2),
    balance=st.one_of(st.none(), st.integers(0, 2)),
)


class Household:
    """A user whose files go through the worker's graph."""

    def __init__(self, container: AsyncContainer, pool: asyncpg.Pool, statements: FakeStatementFiles) -> None:
        self.user_id = UserId(uuid7())
        self._container, self._pool, self._statements = container, pool, statements

    async def moves_in(self) -> None:
        insert = "insert into users (id, email, password_hash, roles) values ($1, $2, '', '{}')"
        await self._pool.execute(insert, self.user_id, f"{self.user_id}@example.com")

    async def imports(self, file: File) -> Any:
        self._statements.parts, self._statements.format = file.parts(), file.format
        return await self._does(ImportStatement(file_name="bank", source=io.BytesIO()))

    async def undoes(self, import_id: ImportId) -> Any:
        return await self._does(UndoImport(import_id=import_id))

    async def ledger(self) -> dict[str, list[str]]:
        """Every byte of the ledger."""
        query = "select row_to_json(t)::text as row from {} as t where user_id = $1 order by 1"
        return {
            table: [row["row"] for row in await self._pool.fetch(query.format(table), self.user_id)] for table in TABLES
        }

    async def shown(self) -> list[str]:
        """What the ledger says, without ids and instants."""
        return sorted(str([*row]) for row in await self._pool.fetch(SHOWN, self.user_id))

    async def _does(self, message: Message[Any]) -> Any:
        async with self._container({Actor: actor(self.user_id)}) as scope:
            result = await (await scope.get(Dispatcher))(message)
            assert isinstance(result, Success), result
            return result.value


@pytest.fixture(scope="module")
async def town(settings: Settings, servers: Servers, pool: asyncpg.Pool) -> AsyncIterator[tuple[Any, ...]]:
    statements = FakeStatementFiles(())
    provider = Provider(scope=Scope.APP)
    provider.provide(lambda: statements, provides=StatementFiles)
    container = worker_container(settings, servers, provider)
    yield container, pool, statements
    await container.close()


async def household(town: tuple[Any, ...]) -> Household:
    home = Household(*town)
    await home.moves_in()
    return home


BACK_AND_FORTH = [File(format="ofx", number="1", told=frozenset({0}), wording=w, balance=None) for w in (0, 1, 0)]


@example(told=BACK_AND_FORTH, seed=0)
@given(told=st.lists(files, min_size=1, max_size=5), seed=st.integers(0, 1000))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_undoing_is_as_if_the_files_had_never_come(town: tuple[Any, ...], told: list[File], seed: int) -> None:
    home, other = await household(town), await household(town)
    empty = await home.ledger()
    done: list[tuple[ImportId, File]] = []
    for file in told:
        before = await home.ledger()
        await home.undoes((await home.imports(file)).id)
        assert await home.ledger() == before
        done.append(((await home.imports(file)).id, file))
    gone = random.Random(seed).sample(done, k=(len(done) + 1) // 2)
    for import_id, _ in gone:
        await home.undoes(import_id)
    left = [one for one in done if one not in gone]
    for _, file in left:
        await other.imports(file)
    assert await home.shown() == await other.shown()
    for import_id, file in left:
        again = await home.imports(file)
        assert sum(account.transactions_new for account in again.accounts) == 0
        await home.undoes(again.id)
        await home.undoes(import_id)
    assert await home.ledger() == empty


async def test_an_account_is_as_it_was_in_whatever_order_files_are_undone(town: tuple[Any, ...]) -> None:
    home = await household(town)
    file = File(format="ofx", number="1", told=frozenset({0}), wording=0, balance=1)
    await home.imports(file)
    before = await home.ledger()
    for done in [await home.imports(replace(file, balance=balance)) for balance in (2, 3, None)]:
        await home.undoes(done.id)
    assert await home.ledger() == before


async def test_rows_told_since_stay_and_are_named(town: tuple[Any, ...]) -> None:
    home = await household(town)
    file = File(format="ofx", number="1", told=frozenset({0, 3}), wording=0, balance=1)
    first = await home.imports(file)
    second = await home.imports(File(format="camt", number="1", told=frozenset({3}), wording=1, balance=2))
    undone = await home.undoes(first.id)
    assert (undone.transactions_removed, undone.transactions_restored, undone.transactions_kept) == (1, 1, 1)
    assert [(one.import_id, one.sync_id) for one in undone.kept] == [(second.id, None)]
    assert (undone.accounts_removed, undone.accounts_kept) == ([], [])
    last = await home.undoes(second.id)
    assert (last.transactions_removed, last.kept) == (1, [])
    assert last.accounts_removed == [first.accounts[0].account_id]
