"""Accounts, the links by which data finds them, and transactions."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.ledger.account import AccountType
from app.domain.ledger.transaction import TransactionStatus, TransactionSubtype, TransactionType
from app.infrastructure.postgres.tables.base import Id, Instant, Owner, Table


def one_of(column: str, members: Iterable[StrEnum]) -> str:
    """A check that a column holds a member of the enum, or of some of it."""
    return f"{column} in ({', '.join(repr(str(member)) for member in members)})"


def of_account() -> ForeignKeyConstraint:
    """A row of an account belongs to the account's user: the database holds both together."""
    return ForeignKeyConstraint(["account_id", "user_id"], ["accounts.id", "accounts.user_id"], ondelete="CASCADE")


class AccountRow(Table):
    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("id", "user_id", name="uq_accounts_id_user_id"),
        CheckConstraint(one_of("type", AccountType), name="type_known"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_a_code"),
        CheckConstraint("freshness in ('manual', 'current', 'stale', 'failing')", name="freshness_known"),
        Index("ix_accounts_user_id_id", "user_id", "id"),
    )

    id: Mapped[Id]
    user_id: Mapped[Owner]
    name: Mapped[str]
    opened_as: Mapped[str | None]  # its first name; None where that was made of its type and institution
    type: Mapped[str]
    institution: Mapped[str | None]
    number_masked: Mapped[str | None]
    currency: Mapped[str]
    hidden: Mapped[bool] = mapped_column(server_default=text("false"))
    freshness: Mapped[str] = mapped_column(server_default=text("'manual'"))
    user_action: Mapped[str | None]
    last_success_at: Mapped[datetime | None]
    data_as_of: Mapped[datetime | None]
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]


class AccountLinkRow(Table):
    """Ties an account to a source of data by a keyed hash of its number; the number itself is encrypted."""

    __tablename__ = "account_links"
    __table_args__ = (
        of_account(),
        UniqueConstraint("user_id", "fingerprint", name="uq_account_links_user_id_fingerprint"),
        CheckConstraint("num_nonnulls(connection_id, import_id) = 1", name="one_source"),
        Index("ix_account_links_account_id", "account_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[UUID]
    account_id: Mapped[UUID]
    connection_id: Mapped[UUID | None] = mapped_column(ForeignKey("connections.id", ondelete="CASCADE"))
    import_id: Mapped[UUID | None]
    fingerprint: Mapped[bytes]
    number_encrypted: Mapped[bytes]
    created_at: Mapped[Instant]


class TransactionRow(Table):
    __tablename__ = "transactions"
    __table_args__ = (
        of_account(),
        CheckConstraint(one_of("status", TransactionStatus), name="status_known"),
        CheckConstraint(one_of("type", TransactionType), name="type_known"),
        CheckConstraint(one_of("subtype", TransactionSubtype), name="subtype_known"),
        CheckConstraint("amount not in ('NaN', 'Infinity', '-Infinity')", name="amount_is_a_number"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_a_code"),
        Index("ix_transactions_of_account", "user_id", "account_id", desc("booked_on"), desc("id")),
    )

    id: Mapped[Id]
    user_id: Mapped[UUID]
    account_id: Mapped[UUID]
    booked_on: Mapped[date]
    value_on: Mapped[date | None]
    transacted_at: Mapped[datetime | None]
    status: Mapped[str]
    type: Mapped[str]
    subtype: Mapped[str]
    amount: Mapped[Decimal]
    currency: Mapped[str]
    description: Mapped[str]
    counterparty: Mapped[str | None]
    memo: Mapped[str | None]
    reference: Mapped[str | None]
    check_number: Mapped[str | None]
    original_amount: Mapped[Decimal | None]
    original_currency: Mapped[str | None]
    symbol: Mapped[str | None]
    security_name: Mapped[str | None]
    cusip: Mapped[str | None]
    isin: Mapped[str | None]
    quantity: Mapped[Decimal | None]
    unit_price: Mapped[Decimal | None]
    fees: Mapped[Decimal | None]
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]
