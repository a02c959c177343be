"""Requests that may be sent again."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.infrastructure.postgres.tables.base import Instant, Table


class IdempotencyKeyRow(Table):
    """A key that was used, by the hash of whose it is; without an answer its request still runs, or died."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        Index("ix_idempotency_keys_claimed_at", "claimed_at"),
        Index("ix_idempotency_keys_user_id", "user_id"),
    )

    id: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    fingerprint: Mapped[bytes]
    claimed_at: Mapped[Instant]
    answer: Mapped[bytes | None]
