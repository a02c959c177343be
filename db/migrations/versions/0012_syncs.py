"""Syncs, what they did to accounts, and how far each feed was read.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = "'import', 'account_sync', 'holdings_sync', 'manual_sync', 'scheduled_sync', 'initial_connection'"


def upgrade() -> None:
    op.add_column("connections", sa.Column("position", sa.Text(), nullable=True))
    op.add_column("connection_accounts", sa.Column("read_through", sa.Date(), nullable=True))
    op.create_table(
        "syncs",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("resources", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("force", sa.Boolean(), nullable=False),
        sa.Column("run", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", postgresql.JSONB(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('queued', 'running', 'succeeded', 'partial', 'failed')", name=op.f("ck_syncs_state_known")
        ),
        sa.CheckConstraint(f"kind in ({KINDS})", name=op.f("ck_syncs_kind_known")),
        sa.ForeignKeyConstraint(
            ["connection_id", "user_id"],
            ["connections.id", "connections.user_id"],
            name=op.f("fk_syncs_connection_id_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_syncs")),
    )
    op.create_index("ix_syncs_of_user", "syncs", ["user_id", sa.literal_column("id DESC")])
    op.create_index("ix_syncs_connection_id", "syncs", ["connection_id", "created_at"])
    op.create_index(
        "uq_syncs_open",
        "syncs",
        ["connection_id"],
        unique=True,
        postgresql_where=sa.text("state in ('queued', 'running')"),
    )
    op.create_table(
        "sync_accounts",
        sa.Column("sync_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)
            for name in ("created", "updated", "removed", "unchanged")
        ),
        sa.Column("error", postgresql.JSONB(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "user_id"],
            ["accounts.id", "accounts.user_id"],
            name=op.f("fk_sync_accounts_account_id_user_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["sync_id"], ["syncs.id"], name=op.f("fk_sync_accounts_sync_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sync_id", "account_id", name=op.f("pk_sync_accounts")),
    )
    op.create_index("ix_sync_accounts_account_id", "sync_accounts", ["account_id"])


def downgrade() -> None:
    op.drop_table("sync_accounts")
    op.drop_table("syncs")
    op.drop_column("connection_accounts", "read_through")
    op.drop_column("connections", "position")
