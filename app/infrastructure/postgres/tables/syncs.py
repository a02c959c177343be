"""Syncs, and what they did to each account."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.connections.sync import SyncState
from app.domain.ledger.source import READ
from app.infrastructure.postgres.tables.base import Id, Instant, Table
from app.infrastructure.postgres.tables.ledger import one_of


class SyncRow(Table):
    """`run` counts the workers that took it on. One is open for a connection at a time."""

    __tablename__ = "syncs"
    __table_args__ = (
        ForeignKeyConstraint(
            ["connection_id", "user_id"], ["connections.id", "connections.user_id"], ondelete="CASCADE"
        ),
        CheckConstraint(one_of("state", SyncState), name="state_known"),
        CheckConstraint(one_of("kind", READ), name="kind_known"),
        Index("ix_syncs_of_user", "user_id", desc("id")),
        Index("ix_syncs_connection_id", "connection_id", "created_at"),
        Index("ix_syncs_finished_at", "finished_at"),
        Index(
            "uq_syncs_open",
            "connection_id",
            unique=True,
            postgresql_where=text("state in ('queued', 'running')"),
        ),
    )

    id: Mapped[Id]
    user_id: Mapped[UUID]
    connection_id: Mapped[UUID]
    kind: Mapped[str]
    state: Mapped[str]
    resources: Mapped[list[str]]
    account_id: Mapped[UUID | None]
    start_on: Mapped[date | None]
    end_on: Mapped[date | None]
    force: Mapped[bool]
    run: Mapped[int] = mapped_column(server_default=text("0"))
    error: Mapped[dict[str, Any] | None]
    created_at: Mapped[Instant]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class SyncedAccountRow(Table):
    __tablename__ = "sync_accounts"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "user_id"], ["accounts.id", "accounts.user_id"], ondelete="CASCADE"),
        Index("ix_sync_accounts_account_id", "account_id"),
    )

    sync_id: Mapped[UUID] = mapped_column(ForeignKey("syncs.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    created: Mapped[int] = mapped_column(server_default=text("0"))
    updated: Mapped[int] = mapped_column(server_default=text("0"))
    removed: Mapped[int] = mapped_column(server_default=text("0"))
    unchanged: Mapped[int] = mapped_column(server_default=text("0"))
    error: Mapped[dict[str, Any] | None]
