"""Where each account and each row of the ledger comes from."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.ledger.row_matching import MatchedBy
from app.domain.ledger.source import READ, SourceKind
from app.infrastructure.postgres.tables.base import Table
from app.infrastructure.postgres.tables.ledger import of_account, one_of


class AccountSourceRow(Table):
    """That an import or a sync told of an account, by which numbers, and how new its data were."""

    __tablename__ = "account_sources"
    __table_args__ = (
        of_account(),
        CheckConstraint(one_of("source", SourceKind), name="source_known"),
        Index("ix_account_sources_source_id", "source_id"),
    )

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    source_id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str]
    user_id: Mapped[UUID]
    fingerprints: Mapped[list[bytes]] = mapped_column(ARRAY(LargeBinary()), server_default=text("'{}'"))
    arrived_at: Mapped[datetime]
    data_as_of: Mapped[datetime | None]
    account_updated_at: Mapped[datetime]  # before the source arrived


class TransactionSourceRow(Table):
    """That an import or a sync told a transaction. User and account are the transaction's.

    `said` is a digest of what it told and `stated` the whole of it; `stated` is null where the transaction shows just
    that, so that what one source alone tells is stored once.
    """

    __tablename__ = "transaction_sources"
    __table_args__ = (
        CheckConstraint(one_of("source", READ), name="source_known"),
        CheckConstraint(one_of("matched_by", MatchedBy), name="matched_by_known"),
        CheckConstraint("length(raw) <= 2000", name="raw_is_bounded"),
        Index("ix_transaction_sources_account_id_identity", "account_id", "identity"),
        Index("ix_transaction_sources_source_id", "source_id"),
    )

    transaction_id: Mapped[UUID] = mapped_column(ForeignKey("transactions.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    user_id: Mapped[UUID]
    account_id: Mapped[UUID]
    source: Mapped[str]
    source_id: Mapped[UUID]
    scheme: Mapped[str]
    identity: Mapped[bytes]
    locator: Mapped[str]
    external_id: Mapped[str | None]
    matched_by: Mapped[str]
    removed: Mapped[bool] = mapped_column(server_default=text("false"))
    said: Mapped[bytes]
    stated: Mapped[dict[str, Any] | None]
    raw: Mapped[str | None]
