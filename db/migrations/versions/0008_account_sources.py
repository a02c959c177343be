"""Accounts know which imports and syncs tell of them.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SOURCES_SO_FAR = """
    insert into account_sources
        (account_id, source_id, source, user_id, fingerprints, arrived_at, data_as_of, account_updated_at)
    select a.id, l.import_id, 'import', a.user_id, array_agg(l.fingerprint),
        coalesce(a.last_success_at, a.updated_at), a.data_as_of, a.created_at
    from accounts as a join account_links as l on l.account_id = a.id and l.import_id is not null
    group by a.id, l.import_id
"""


def upgrade() -> None:
    op.create_table(
        "account_sources",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprints", postgresql.ARRAY(sa.LargeBinary()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data_as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account_updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "source in ('import', 'account_sync', 'holdings_sync', 'manual_sync', 'scheduled_sync', 'initial_connection')",
            name=op.f("ck_account_sources_source_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "user_id"],
            ["accounts.id", "accounts.user_id"],
            name=op.f("fk_account_sources_account_id_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "source_id", name=op.f("pk_account_sources")),
    )
    op.create_index("ix_account_sources_source_id", "account_sources", ["source_id"], unique=False)
    op.execute(SOURCES_SO_FAR)


def downgrade() -> None:
    op.drop_table("account_sources")
