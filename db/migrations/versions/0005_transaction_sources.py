"""Every transaction keeps its sources; its identity is theirs.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Rows so far came from OFX files; which file it was is known of the account alone.
SOURCES_SO_FAR = """
    insert into transaction_sources
        (transaction_id, user_id, account_id, source, source_id, scheme, identity, locator, matched_by, said)
    select t.id, t.user_id, t.account_id, 'import',
        coalesce((select import_id from account_links where account_id = t.account_id limit 1), t.account_id),
        'ofx', t.identity, '', 'new', '\\x'
    from transactions as t
"""


def upgrade() -> None:
    op.create_table(
        "transaction_sources",
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("matched_by", sa.Text(), nullable=False),
        sa.Column("removed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("stated", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("raw", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "source in ('import', 'account_sync', 'holdings_sync', 'manual_sync', 'scheduled_sync', 'initial_connection')",
            name=op.f("ck_transaction_sources_source_known"),
        ),
        sa.CheckConstraint(
            "matched_by in ('new', 'provider_id', 'bank_id', 'same_row', 'pending_id', 'reference', 'text', 'amount', 'pending')",
            name=op.f("ck_transaction_sources_matched_by_known"),
        ),
        sa.CheckConstraint("length(raw) <= 2000", name=op.f("ck_transaction_sources_raw_is_bounded")),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["transactions.id"],
            name=op.f("fk_transaction_sources_transaction_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("transaction_id", "id", name=op.f("pk_transaction_sources")),
    )
    op.execute(SOURCES_SO_FAR)
    op.create_index(
        "ix_transaction_sources_account_id_identity", "transaction_sources", ["account_id", "identity"], unique=False
    )
    op.create_index("ix_transaction_sources_source_id", "transaction_sources", ["source_id"], unique=False)
    op.drop_constraint("uq_transactions_account_id_identity", "transactions")
    op.drop_column("transactions", "identity")


def downgrade() -> None:
    op.add_column("transactions", sa.Column("identity", sa.LargeBinary(), nullable=True))
    op.execute(
        "update transactions as t set identity = (select identity from transaction_sources as k"
        " where k.transaction_id = t.id order by id limit 1)"
    )
    op.alter_column("transactions", "identity", nullable=False)
    op.create_unique_constraint("uq_transactions_account_id_identity", "transactions", ["account_id", "identity"])
    op.drop_table("transaction_sources")
