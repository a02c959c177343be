"""The audit trail: append-only, each record tied to the one before.

Nothing here refers to other tables: what happened stays, whatever becomes of those it happened to.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infrastructure.postgres.tables.base import Table


class AuditRecordRow(Table):
    __tablename__ = "audit_records"
    __table_args__ = (
        UniqueConstraint("event_id", name="uq_audit_records_event_id"),
        Index("ix_audit_records_action", "action", "position"),
        Index("ix_audit_records_user_id", "user_id", "position"),
        Index("ix_audit_records_actor_id", "actor_id", "position"),
        Index("ix_audit_records_resource", "resource", "position"),
        Index("ix_audit_records_trace_id", "trace_id"),
        Index("ix_audit_records_occurred_at", "occurred_at"),
    )

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[UUID]
    occurred_at: Mapped[datetime]
    action: Mapped[str]
    outcome: Mapped[str]
    user_id: Mapped[UUID | None]
    actor_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    roles: Mapped[list[str]]
    trace_id: Mapped[str]
    resource: Mapped[str | None]
    facts: Mapped[str]
    personal_digest: Mapped[bytes | None]
    hash: Mapped[bytes]
