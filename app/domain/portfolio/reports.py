"""What a source says of an account at an instant: its balance, what it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import NAMESPACE_OID, UUID, uuid5

from app.core.ids import AccountId
from app.domain.imports.statement import Position
from app.domain.ledger.source import DataSource


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceSnapshot:
    """A balance, signed from the holder's side (owed = negative).

    `cash_value` and `holdings_value` are an investment account's parts of `current`.
    """

    account_id: AccountId
    as_of: datetime
    currency: str
    current: Decimal | None
    available: Decimal | None = None
    cash_value: Decimal | None = None
    holdings_value: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingReport:
    """All that an account holds; no positions says that it holds nothing."""

    account_id: AccountId
    as_of: datetime
    positions: Sequence[Position]


def holding_ids(source: DataSource, report: HoldingReport) -> list[UUID]:
    """An id for each position, the same whenever the same kind of source reports the same security again.

    Syncs replace each other's reports, so a holding keeps its id from sync to sync; each import has its own holdings.
    """
    reporter = "sync" if source.kind.is_sync else f"{source.id} {report.as_of.timestamp()}"
    seen: dict[tuple[object, ...], int] = {}
    ids = []
    for position in report.positions:
        security = position.security
        name = security.cusip or security.isin or security.symbol or security.name
        key = (name, position.side, position.currency)
        seen[key] = nth = seen.get(key, 0) + 1
        ids.append(uuid5(NAMESPACE_OID, f"{report.account_id} {reporter} {key} {nth}"))
    return ids
