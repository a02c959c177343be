"""Ties to institutions, the accounts that are read through them, and consents under way."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.connections.connection import ConnectionStatus
from app.infrastructure.postgres.tables.base import Id, Instant, Owner, Table

STATUSES = ", ".join(repr(str(status)) for status in ConnectionStatus)


class ConnectionRow(Table):
    """`credentials` are encrypted; the sealed form begins with the id of its key."""

    __tablename__ = "connections"
    __table_args__ = (
        UniqueConstraint("id", "user_id", name="uq_connections_id_user_id"),
        CheckConstraint(f"status in ({STATUSES})", name="status_known"),
        CheckConstraint("status not in ('active', 'paused') or credentials is not null", name="connected_can_open"),
        CheckConstraint("status <> 'disconnected' or credentials is null", name="disconnected_forgets"),
        Index("ix_connections_user_id", "user_id", "id"),
        Index(
            "uq_connections_consent",
            "user_id",
            "provider_slug",
            "external_id",
            unique=True,
            postgresql_where=text("external_id is not null and status <> 'disconnected'"),
        ),
        Index("ix_connections_due", "next_sync_at", postgresql_where=text("next_sync_at is not null")),
    )

    id: Mapped[Id]
    user_id: Mapped[Owner]
    provider_slug: Mapped[str]
    alias: Mapped[str | None]
    status: Mapped[str]
    external_id: Mapped[str | None]
    credentials: Mapped[bytes | None]
    access_expires_at: Mapped[datetime | None]
    consent_expires_at: Mapped[datetime | None]
    warned_for: Mapped[datetime | None]
    position: Mapped[str | None]
    last_sync_at: Mapped[datetime | None]
    next_sync_at: Mapped[datetime | None]
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]


class ConnectionAccountRow(Table):
    """An account as one connection knows it; several may lead to the same account of the ledger."""

    __tablename__ = "connection_accounts"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "user_id"], ["accounts.id", "accounts.user_id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["connection_id", "user_id"], ["connections.id", "connections.user_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("connection_id", "provider_account_id", name="uq_connection_accounts_provider_id"),
        Index("ix_connection_accounts_account_id", "account_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[UUID]
    connection_id: Mapped[UUID]
    account_id: Mapped[UUID]
    provider_account_id: Mapped[str]
    read_through: Mapped[date | None]
    created_at: Mapped[Instant]


class AuthorizationRow(Table):
    """A consent under way. Links, states and browsers are known by hashes; `sealed` is what `complete` needs."""

    __tablename__ = "authorizations"
    __table_args__ = (
        UniqueConstraint("link_hash", name="uq_authorizations_link_hash"),
        UniqueConstraint("state_hash", name="uq_authorizations_state_hash"),
        Index("ix_authorizations_connection_id", "connection_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[Owner]
    connection_id: Mapped[UUID] = mapped_column(ForeignKey("connections.id", ondelete="CASCADE"))
    provider_slug: Mapped[str]
    renews: Mapped[bool]
    link_hash: Mapped[bytes]
    state_hash: Mapped[bytes]
    browser_hash: Mapped[bytes | None]
    sealed: Mapped[bytes]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_at: Mapped[Instant]
