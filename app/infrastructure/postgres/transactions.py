"""Transactions, written many at a time: COPY into a temporary table, then a fixed number of statements for all rows."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import SessionTransaction

from app.core.ids import AccountId, UserId
from app.domain.imports.statement import Movement
from app.domain.imports.statement_import import MergeCounts
from app.domain.ledger.row_matching import MatchedBy
from app.domain.ledger.source import DataSource, SourceKind
from app.domain.protocols.ledger import KeptRow, RowDecision, RowSource, RowsTakenBack
from app.infrastructure.postgres.row_candidates import matched
from app.infrastructure.postgres.row_copy import STAGED, encoded, once
from app.infrastructure.postgres.row_removal import DROP, KEPT, LEFT, TAKE, TAKEN
from app.infrastructure.postgres.row_statements import (
    ADD,
    CHAIN,
    COUNTED,
    DECIDE,
    DECISIONS,
    KNOWN,
    MARK,
    PLACE,
    PLACED,
    REMEMBER,
    REMOVE,
    SETTLE,
    STAGING,
    STATED,
    UNSETTLED,
    WAITING,
)

ROWS_COMPARED = 20_000  # at a time, or about so many
NOTHING: Mapping[bytes, bytes] = MappingProxyType({})
ANALYZE = text("analyze staged (n, account_id, identity, booked_on, amount)")
ACCOUNTS_OF = text("select account_id from transactions where id = any(cast(:ids as uuid[]))")


class PostgresTransactionRepository:
    """Implements `TransactionRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._transaction: SessionTransaction | None = None  # the one that has the table of staged rows
        self._is_merged = False
        self._removals: list[tuple[AccountId, bytes]] = []

    async def stage(
        self,
        source: RowSource,
        rows: Sequence[tuple[bytes, Movement]],
        completes: Mapping[bytes, bytes] = NOTHING,
    ) -> None:
        await self._begin()
        connection = await (await self._session.connection()).get_raw_connection()
        driver = connection.driver_connection
        if driver is None or not driver.is_in_transaction():
            raise RuntimeError("COPY outside the unit of work")
        lines = await asyncio.to_thread(encoded, source, rows, completes)
        await driver.copy_to_table("staged", source=once(lines), columns=STAGED, format="text")

    async def stage_removals(self, source: RowSource, identities: Sequence[bytes]) -> None:
        self._removals += [(source.account_id, identity) for identity in identities]

    async def merge(self) -> Mapping[AccountId, MergeCounts]:
        await self._begin()
        for statement in (PLACED, text("delete from placed"), ANALYZE, PLACE, CHAIN):
            await self._session.execute(statement)
        await self._session.execute(text("analyze placed"))
        await self._decide()
        for statement in (ADD, REMEMBER):
            await self._session.execute(statement)
        unsettled = {*(await self._session.scalars(UNSETTLED)), *await self._removed()}
        removed = await self._settle(unsettled)
        counted = (await self._session.execute(COUNTED)).all()
        self._is_merged = True
        counts = {row.account_id: _counts(row, removed.pop(row.account_id, 0)) for row in counted}
        return counts | {account_id: MergeCounts(removed=count) for account_id, count in removed.items()}

    async def decisions(self, decisions_max: int) -> Sequence[RowDecision]:
        if not self._is_merged:
            return ()
        decided = (await self._session.execute(DECISIONS, {"decisions_max": decisions_max})).all()
        return msgspec.convert(decided, list[RowDecision], from_attributes=True)

    async def _begin(self) -> None:
        """Have a place for rows, without those that were merged.

        SQLAlchemy begins its transaction with its first statement; COPY goes past it, so this must come first.
        """
        if self._transaction is None or self._transaction is not self._session.sync_session.get_transaction():
            await self._session.execute(STAGING)
            self._transaction = self._session.sync_session.get_transaction()
        elif self._is_merged:
            await self._session.execute(text("delete from staged"))
        self._is_merged = False

    async def take_back(self, user_id: UserId, source_ids: Sequence[UUID], kept_max: int) -> RowsTakenBack:
        for statement in (TAKEN, text("truncate taken")):
            await self._session.execute(statement)
        await self._session.execute(TAKE, {"user_id": user_id, "source_ids": [*source_ids]})
        removed = await self._session.scalar(DROP)
        left = [*await self._session.scalars(LEFT)]
        changes = (await self._session.execute(SETTLE, {"ids": left})).all()
        kept = (await self._session.execute(KEPT, {"kept_max": kept_max})).all()
        return RowsTakenBack(
            removed=removed or 0,
            restored=len(changes),
            kept=kept[0].kept if kept else 0,
            kept_rows=tuple(
                KeptRow(
                    transaction_id=row.id,
                    account_id=row.account_id,
                    source=DataSource(kind=SourceKind(row.source), id=row.source_id),
                )
                for row in kept
            ),
        )

    async def _decide(self) -> None:
        """Find the transactions of rows that no source with such ids told before."""
        waiting = (await self._session.execute(WAITING)).one_or_none()
        if waiting is None:
            return
        parts = -(-waiting.rows // ROWS_COMPARED)
        decided: list[tuple[int, UUID, MatchedBy]] = []
        for part in range(parts):
            within = {"part": part, "parts": parts}
            known = (await self._session.execute(KNOWN, within | waiting._asdict())).all()
            stated = (await self._session.execute(STATED, within)).all() if known else ()
            decided += await asyncio.to_thread(matched, stated, known)
        if decided:
            numbers, ids, rules = zip(*decided, strict=True)
            await self._session.execute(DECIDE, {"n": [*numbers], "ids": [*ids], "rules": [*rules]})

    async def _removed(self) -> Sequence[UUID]:
        if not self._removals:
            return ()
        accounts, identities = zip(*self._removals, strict=True)
        self._removals.clear()
        return [*(await self._session.scalars(REMOVE, {"accounts": [*accounts], "identities": [*identities]}))]

    async def _settle(self, ids: set[UUID]) -> Counter[AccountId]:
        """Let transactions show what their sources say; how many were removed, by account."""
        if not ids:
            return Counter()
        changes = (await self._session.execute(SETTLE, {"ids": [*ids]})).all()
        await self._session.execute(MARK, {"ids": [row.id for row in changes if row.change == "corrected"]})
        removed = [row.id for row in changes if row.change == "removed"]
        return Counter(map(AccountId, await self._session.scalars(ACCOUNTS_OF, {"ids": removed})))


def _counts(row: Row[Any], removed: int) -> MergeCounts:
    duplicate = row.rows - row.new - row.corrected
    return MergeCounts(new=row.new, corrected=row.corrected, duplicate=duplicate, removed=removed)
