"""Balances and holdings in PostgreSQL, written many at a time."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, delete, insert, literal, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.ids import UserId, uuid7
from app.domain.ledger.source import DataSource, SourceKind
from app.domain.portfolio.reports import BalanceSnapshot, HoldingReport, holding_ids
from app.infrastructure.postgres.tables.portfolio import BalanceSnapshotRow, HoldingReportRow, HoldingRow

SYNCS = [str(kind) for kind in SourceKind if kind.is_sync]
STATED = ("currency", "current", "available", "cash_value", "holdings_value")


class PostgresPortfolioRepository:
    """Implements `PortfolioRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add_snapshots(self, user_id: UserId, source: DataSource, snapshots: Sequence[BalanceSnapshot]) -> None:
        rows = {
            (one.account_id, one.as_of): _origin(user_id, source)
            | {name: getattr(one, name) for name in ("account_id", "as_of", *STATED)}
            for one in snapshots
        }
        if rows:
            adding = upsert(BalanceSnapshotRow)
            stated = {name: adding.excluded[name] for name in STATED}
            adding = adding.on_conflict_do_update(index_elements=["account_id", "as_of", "source_id"], set_=stated)
            await self._session.execute(adding, [*rows.values()])

    async def report_holdings(self, user_id: UserId, source: DataSource, reports: Sequence[HoldingReport]) -> None:
        if not reports:
            return
        table = HoldingReportRow
        last: dict[tuple[Any, ...], HoldingReport]
        if source.kind.is_sync:
            last = {(report.account_id,): report for report in reports}
            earlier = table.source.in_(SYNCS) & tuple_(table.account_id).in_([*last])
        else:
            last = {(report.account_id, report.as_of): report for report in reports}
            earlier = (table.source_id == source.id) & tuple_(table.account_id, table.as_of).in_([*last])
        await self._session.execute(delete(table).where(table.user_id == user_id, earlier))
        written = [(uuid7(), report) for report in last.values()]
        origin = _origin(user_id, source)
        stated = [
            origin | {"id": report_id, "account_id": report.account_id, "as_of": report.as_of}
            for report_id, report in written
        ]
        await self._session.execute(insert(table), stated)
        held = [row for report_id, report in written for row in _holdings(user_id, source, report_id, report)]
        if held:
            await self._session.execute(insert(HoldingRow), held)

    async def remove(self, user_id: UserId, source_ids: Sequence[UUID]) -> None:
        for table in (BalanceSnapshotRow, HoldingReportRow):
            gone = (table.user_id == user_id, table.source_id == any_(literal([*source_ids], ARRAY(Uuid))))
            await self._session.execute(delete(table).where(*gone))


def _origin(user_id: UserId, source: DataSource) -> dict[str, Any]:
    return {"user_id": user_id, "source": source.kind, "source_id": source.id}


def _holdings(user_id: UserId, source: DataSource, report_id: UUID, report: HoldingReport) -> Iterator[dict[str, Any]]:
    ids = holding_ids(source, report)
    for number, (holding_id, position) in enumerate(zip(ids, report.positions, strict=True)):
        security = position.security
        yield {
            "id": holding_id,
            "report_id": report_id,
            "number": number,
            "user_id": user_id,
            "account_id": report.account_id,
            "symbol": security.symbol,
            "security_name": security.name,
            "cusip": security.cusip,
            "isin": security.isin,
            "asset_class": position.asset_class,
            "side": position.side,
            "quantity": position.quantity,
            "price": position.price,
            "price_as_of": position.price_as_of,
            "market_value": position.market_value,
            "cost_basis_total": position.cost_basis_total,
            "currency": position.currency,
            "as_of": position.as_of or report.as_of,
        }
