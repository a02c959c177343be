"""Identity: sessions with refresh tokens, tokens sent by mail, failures, versions, erasable personal data.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_personal_data",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_personal_data")),
    )
    op.create_index(
        "ix_event_personal_data_email",
        "event_personal_data",
        [sa.literal_column("lower(data ->> 'email')")],
        unique=False,
    )
    op.create_index("ix_event_personal_data_user_id", "event_personal_data", ["user_id"], unique=False)
    op.create_table(
        "login_failures",
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_login_failures")),
    )
    op.create_table(
        "security_config",
        sa.Column("one", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("token_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("previous_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("grace_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("one", name=op.f("ck_security_config_one_row")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_security_config")),
    )
    op.create_table(
        "mail_tokens",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('verification', 'reset')", name=op.f("ck_mail_tokens_kind_known")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_mail_tokens_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_tokens")),
        sa.UniqueConstraint("secret_hash", name="uq_mail_tokens_secret_hash"),
    )
    op.create_index("ix_mail_tokens_expires_at", "mail_tokens", ["expires_at"], unique=False)
    op.create_index("ix_mail_tokens_user_id", "mail_tokens", ["user_id", "kind", "created_at"], unique=False)
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_refresh_tokens_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_tokens")),
        sa.UniqueConstraint("secret_hash", name="uq_refresh_tokens_secret_hash"),
    )
    op.create_index("ix_refresh_tokens_session_id", "refresh_tokens", ["session_id"], unique=False)
    op.drop_index(op.f("ix_email_verification_tokens_expires_at"), table_name="email_verification_tokens")
    op.drop_index(op.f("ix_email_verification_tokens_user_id"), table_name="email_verification_tokens")
    op.drop_table("email_verification_tokens")
    op.add_column("sessions", sa.Column("device", sa.Text(), nullable=True))
    op.add_column(
        "sessions",
        sa.Column("last_seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.add_column("sessions", sa.Column("confirmed_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sessions", sa.Column("end_reason", sa.Text(), nullable=True))
    op.add_column("sessions", sa.Column("token_version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.drop_index(op.f("ix_sessions_user_id"), table_name="sessions")
    op.create_index("ix_sessions_user_id_id", "sessions", ["user_id", "id"], unique=False)
    op.add_column("users", sa.Column("name", sa.Text(), nullable=True))
    op.add_column("users", sa.Column("tier", sa.Text(), server_default=sa.text("'plus'"), nullable=False))
    op.add_column("users", sa.Column("token_version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column("users", sa.Column("grace_until", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_users_tier_known"), "users", "tier in ('basic', 'essential', 'plus', 'premium', 'pro')"
    )
    op.execute("insert into security_config default values")
    op.execute("insert into reaction_cursors (reaction) values ('session')")


def downgrade() -> None:
    op.execute("delete from reaction_cursors where reaction = 'session'")
    op.drop_constraint(op.f("ck_users_tier_known"), "users")
    op.drop_column("users", "grace_until")
    op.drop_column("users", "token_version")
    op.drop_column("users", "tier")
    op.drop_column("users", "name")
    op.drop_index("ix_sessions_user_id_id", table_name="sessions")
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.drop_column("sessions", "token_version")
    op.drop_column("sessions", "end_reason")
    op.drop_column("sessions", "confirmed_until")
    op.drop_column("sessions", "last_seen_at")
    op.drop_column("sessions", "device")
    op.create_table(
        "email_verification_tokens",
        sa.Column("id", sa.UUID(), server_default=sa.text("uuidv7()"), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("secret_hash", postgresql.BYTEA(), autoincrement=False, nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_email_verification_tokens_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_verification_tokens")),
        sa.UniqueConstraint(
            "secret_hash",
            name=op.f("uq_email_verification_tokens_secret_hash"),
            postgresql_include=[],
            postgresql_nulls_not_distinct=False,
        ),
    )
    op.create_index(
        op.f("ix_email_verification_tokens_user_id"), "email_verification_tokens", ["user_id"], unique=False
    )
    op.create_index(
        op.f("ix_email_verification_tokens_expires_at"), "email_verification_tokens", ["expires_at"], unique=False
    )
    op.drop_index("ix_refresh_tokens_session_id", table_name="refresh_tokens")
    op.drop_table("refresh_tokens")
    op.drop_index("ix_mail_tokens_user_id", table_name="mail_tokens")
    op.drop_index("ix_mail_tokens_expires_at", table_name="mail_tokens")
    op.drop_table("mail_tokens")
    op.drop_table("security_config")
    op.drop_table("login_failures")
    op.drop_index("ix_event_personal_data_user_id", table_name="event_personal_data")
    op.drop_index("ix_event_personal_data_email", table_name="event_personal_data")
    op.drop_table("event_personal_data")
