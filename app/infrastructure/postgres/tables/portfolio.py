"""Balances and holdings, each a row of the source that reported it."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.ledger.security import AssetClass, Side
from app.domain.ledger.source import READ
from app.infrastructure.postgres.tables.base import Id, Instant, Table
from app.infrastructure.postgres.tables.ledger import of_account, one_of

NUMBERS = "coalesce({}, 0) not in ('NaN', 'Infinity', '-Infinity')"


def numbers(*columns: str) -> CheckConstraint:
    """None of the columns is NaN or infinite."""
    return CheckConstraint(" and ".join(NUMBERS.format(column) for column in columns), name="numbers_are_finite")


class BalanceSnapshotRow(Table):
    __tablename__ = "balance_snapshots"
    __table_args__ = (
        of_account(),
        # Both the newest balance of an account and its series are read from this one's index.
        UniqueConstraint("account_id", "as_of", "source_id", name="uq_balance_snapshots_account_id_as_of_source_id"),
        CheckConstraint(one_of("source", READ), name="source_known"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_a_code"),
        numbers("current", "available", "cash_value", "holdings_value"),
        Index("ix_balance_snapshots_source_id", "source_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[UUID]
    account_id: Mapped[UUID]
    source: Mapped[str]
    source_id: Mapped[UUID]
    as_of: Mapped[datetime]
    currency: Mapped[str]
    current: Mapped[Decimal | None]
    available: Mapped[Decimal | None]
    cash_value: Mapped[Decimal | None]
    holdings_value: Mapped[Decimal | None]
    created_at: Mapped[Instant]


class HoldingReportRow(Table):
    """That a source said what an account holds; without holdings it said that there are none."""

    __tablename__ = "holding_reports"
    __table_args__ = (
        of_account(),
        UniqueConstraint("account_id", "as_of", "source_id", name="uq_holding_reports_account_id_as_of_source_id"),
        CheckConstraint(one_of("source", READ), name="source_known"),
        Index("ix_holding_reports_source_id", "source_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[UUID]
    account_id: Mapped[UUID]
    source: Mapped[str]
    source_id: Mapped[UUID]
    as_of: Mapped[datetime]
    created_at: Mapped[Instant]


class HoldingRow(Table):
    __tablename__ = "holdings"
    __table_args__ = (
        of_account(),
        UniqueConstraint("report_id", "number", name="uq_holdings_report_id_number"),
        CheckConstraint(one_of("asset_class", AssetClass), name="asset_class_known"),
        CheckConstraint(one_of("side", Side), name="side_known"),
        CheckConstraint("quantity >= 0", name="quantity_is_not_negative"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_a_code"),
        numbers("quantity", "price", "market_value", "cost_basis_total"),
        Index("ix_holdings_user_id_account_id", "user_id", "account_id"),
    )

    id: Mapped[Id]
    report_id: Mapped[UUID] = mapped_column(ForeignKey("holding_reports.id", ondelete="CASCADE"))
    number: Mapped[int]  # its place in the report
    user_id: Mapped[UUID]
    account_id: Mapped[UUID]
    symbol: Mapped[str | None]
    security_name: Mapped[str | None]
    cusip: Mapped[str | None]
    isin: Mapped[str | None]
    asset_class: Mapped[str]
    side: Mapped[str]
    quantity: Mapped[Decimal]
    price: Mapped[Decimal | None]
    price_as_of: Mapped[datetime | None]
    market_value: Mapped[Decimal | None]
    cost_basis_total: Mapped[Decimal | None]
    currency: Mapped[str]
    as_of: Mapped[datetime]
