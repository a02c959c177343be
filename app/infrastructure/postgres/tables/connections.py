"""Ties to institutions."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from app.infrastructure.postgres.tables.base import Id, Instant, Owner, Table


class ConnectionRow(Table):
    __tablename__ = "connections"
    __table_args__ = (
        CheckConstraint(
            "status in ('pending', 'active', 'expired', 'revoked', 'failed', 'disconnected')", name="status_known"
        ),
        Index("ix_connections_user_id", "user_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[Owner]
    provider_slug: Mapped[str]
    alias: Mapped[str | None]
    status: Mapped[str]
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]
