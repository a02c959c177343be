"""Users, their sessions and tokens, and what is counted against them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from app.infrastructure.postgres.tables.base import Id, Instant, Owner, Table


class UserRow(Table):
    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("email", name="uq_users_email"),
        CheckConstraint("email = lower(email)", name="email_normalised"),
        CheckConstraint("roles <@ array['readonly', 'user', 'admin']", name="roles_known"),
        CheckConstraint("tier in ('basic', 'essential', 'plus', 'premium', 'pro')", name="tier_known"),
    )

    id: Mapped[Id]
    email: Mapped[str]
    password_hash: Mapped[str]
    roles: Mapped[list[str]]
    name: Mapped[str | None]
    tier: Mapped[str] = mapped_column(server_default=text("'plus'"))
    token_version: Mapped[int] = mapped_column(server_default=text("1"))
    grace_until: Mapped[datetime | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    verified_at: Mapped[datetime | None]
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]


class SessionRow(Table):
    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_user_id_id", "user_id", "id"),
        Index("ix_sessions_expires_at", "expires_at"),
    )

    id: Mapped[Id]
    user_id: Mapped[Owner]
    device: Mapped[str | None]
    ip_address: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str | None]
    created_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    expires_at: Mapped[datetime]
    confirmed_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    token_version: Mapped[int] = mapped_column(server_default=text("1"))


class RefreshTokenRow(Table):
    __tablename__ = "refresh_tokens"
    __table_args__ = (
        UniqueConstraint("secret_hash", name="uq_refresh_tokens_secret_hash"),
        Index("ix_refresh_tokens_session_id", "session_id"),
    )

    id: Mapped[Id]
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    secret_hash: Mapped[bytes]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class MailTokenRow(Table):
    """Tokens sent by mail: to verify an address, to reset a password. Used ones stay, to count by the hour."""

    __tablename__ = "mail_tokens"
    __table_args__ = (
        UniqueConstraint("secret_hash", name="uq_mail_tokens_secret_hash"),
        CheckConstraint("kind in ('verification', 'reset')", name="kind_known"),
        Index("ix_mail_tokens_user_id", "user_id", "kind", "created_at"),
        Index("ix_mail_tokens_expires_at", "expires_at"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    user_id: Mapped[Owner]
    secret_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LoginFailureRow(Table):
    """Wrong passwords by the keyed hash of the address, known or not."""

    __tablename__ = "login_failures"

    address: Mapped[bytes] = mapped_column(primary_key=True)
    count: Mapped[int]
    locked_until: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class SecurityConfigRow(Table):
    """One row: the version of tokens asked of everybody."""

    __tablename__ = "security_config"
    __table_args__ = (CheckConstraint("one", name="one_row"),)

    one: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    token_version: Mapped[int] = mapped_column(server_default=text("1"))
    previous_version: Mapped[int] = mapped_column(server_default=text("1"))
    grace_until: Mapped[datetime | None]
    rotated_at: Mapped[datetime | None]
    reason: Mapped[str | None]
