"""Users, their sessions and the tokens sent to them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from app.infrastructure.postgres.tables.base import Id, Instant, Owner, Table


class UserRow(Table):
    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("email", name="uq_users_email"),
        CheckConstraint("email = lower(email)", name="email_normalised"),
        CheckConstraint("roles <@ array['readonly', 'user', 'admin']", name="roles_known"),
    )

    id: Mapped[Id]
    email: Mapped[str]
    password_hash: Mapped[str]
    roles: Mapped[list[str]]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    verified_at: Mapped[datetime | None]
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]


class SessionRow(Table):
    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_user_id", "user_id"), Index("ix_sessions_expires_at", "expires_at"))

    id: Mapped[Id]
    user_id: Mapped[Owner]
    ip_address: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str | None]
    created_at: Mapped[Instant]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class VerificationTokenRow(Table):
    __tablename__ = "email_verification_tokens"
    __table_args__ = (
        UniqueConstraint("secret_hash", name="uq_email_verification_tokens_secret_hash"),
        Index("ix_email_verification_tokens_user_id", "user_id"),
        Index("ix_email_verification_tokens_expires_at", "expires_at"),
    )

    id: Mapped[Id]
    user_id: Mapped[Owner]
    secret_hash: Mapped[bytes]
    expires_at: Mapped[datetime]
