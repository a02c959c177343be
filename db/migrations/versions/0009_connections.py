"""Connections: credentials, consents under way, accounts as a connection knows them.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATUSES = "'pending', 'active', 'paused', 'expired', 'revoked', 'failed', 'disconnected'"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_connections_status_known"), "connections", type_="check")
    op.drop_index("ix_connections_user_id", table_name="connections")
    op.add_column("connections", sa.Column("external_id", sa.Text(), nullable=True))
    op.add_column("connections", sa.Column("credentials", sa.LargeBinary(), nullable=True))
    for name in ("access_expires_at", "consent_expires_at", "warned_for", "last_sync_at", "next_sync_at"):
        op.add_column("connections", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_unique_constraint("uq_connections_id_user_id", "connections", ["id", "user_id"])
    op.create_check_constraint(op.f("ck_connections_status_known"), "connections", f"status in ({STATUSES})")
    op.create_check_constraint(
        op.f("ck_connections_connected_can_open"),
        "connections",
        "status not in ('active', 'paused') or credentials is not null",
    )
    op.create_check_constraint(
        op.f("ck_connections_disconnected_forgets"), "connections", "status <> 'disconnected' or credentials is null"
    )
    op.create_index("ix_connections_user_id", "connections", ["user_id", "id"])
    op.create_index(
        "uq_connections_consent",
        "connections",
        ["user_id", "provider_slug", "external_id"],
        unique=True,
        postgresql_where=sa.text("external_id is not null and status <> 'disconnected'"),
    )
    op.create_index(
        "ix_connections_due", "connections", ["next_sync_at"], postgresql_where=sa.text("next_sync_at is not null")
    )
    op.create_table(
        "connection_accounts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("provider_account_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "user_id"],
            ["accounts.id", "accounts.user_id"],
            name=op.f("fk_connection_accounts_account_id_user_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["connection_id", "user_id"],
            ["connections.id", "connections.user_id"],
            name=op.f("fk_connection_accounts_connection_id_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection_accounts")),
        sa.UniqueConstraint("connection_id", "provider_account_id", name="uq_connection_accounts_provider_id"),
    )
    op.create_index("ix_connection_accounts_account_id", "connection_accounts", ["account_id"])
    op.create_table(
        "authorizations",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("provider_slug", sa.Text(), nullable=False),
        sa.Column("renews", sa.Boolean(), nullable=False),
        sa.Column("link_hash", sa.LargeBinary(), nullable=False),
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connections.id"],
            name=op.f("fk_authorizations_connection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_authorizations_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorizations")),
        sa.UniqueConstraint("link_hash", name="uq_authorizations_link_hash"),
        sa.UniqueConstraint("state_hash", name="uq_authorizations_state_hash"),
    )
    op.create_index("ix_authorizations_connection_id", "authorizations", ["connection_id"])


def downgrade() -> None:
    op.drop_table("authorizations")
    op.drop_table("connection_accounts")
    op.drop_index("ix_connections_due", table_name="connections")
    op.drop_index("uq_connections_consent", table_name="connections")
    op.drop_index("ix_connections_user_id", table_name="connections")
    for name in ("disconnected_forgets", "connected_can_open", "status_known"):
        op.drop_constraint(op.f(f"ck_connections_{name}"), "connections", type_="check")
    op.drop_constraint("uq_connections_id_user_id", "connections", type_="unique")
    for name in ("next_sync_at", "last_sync_at", "warned_for", "consent_expires_at", "access_expires_at"):
        op.drop_column("connections", name)
    op.drop_column("connections", "credentials")
    op.drop_column("connections", "external_id")
    op.execute("update connections set status = 'pending' where status = 'paused'")
    op.create_check_constraint(
        op.f("ck_connections_status_known"),
        "connections",
        "status in ('pending', 'active', 'expired', 'revoked', 'failed', 'disconnected')",
    )
    op.create_index("ix_connections_user_id", "connections", ["user_id"])
