"""Portfolio: balances and holdings belong to the source that reported them.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Balances so far came from imports alone.
BALANCES = """
    insert into balance_snapshots (user_id, account_id, source, source_id, as_of, currency, current, available)
    select a.user_id, a.id, 'import', l.import_id, coalesce(a.balance_as_of, a.last_success_at, a.created_at), a.currency,
        a.balance_current, a.balance_available
    from accounts as a
    join lateral (select import_id from account_links where account_id = a.id order by id limit 1) as l on true
    where a.balance_current is not null and l.import_id is not null
"""


def upgrade() -> None:
    op.create_table(
        "balance_snapshots",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("current", sa.Numeric(), nullable=True),
        sa.Column("available", sa.Numeric(), nullable=True),
        sa.Column("cash_value", sa.Numeric(), nullable=True),
        sa.Column("holdings_value", sa.Numeric(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "coalesce(current, 0) not in ('NaN', 'Infinity', '-Infinity') and coalesce(available, 0) not in ('NaN', 'Infinity', '-Infinity') and coalesce(cash_value, 0) not in ('NaN', 'Infinity', '-Infinity') and coalesce(holdings_value, 0) not in ('NaN', 'Infinity', '-Infinity')",
            name=op.f("ck_balance_snapshots_numbers_are_finite"),
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_balance_snapshots_currency_is_a_code")),
        sa.CheckConstraint(
            "source in ('import', 'account_sync', 'holdings_sync', 'manual_sync', 'scheduled_sync', 'initial_connection')",
            name=op.f("ck_balance_snapshots_source_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "user_id"],
            ["accounts.id", "accounts.user_id"],
            name=op.f("fk_balance_snapshots_account_id_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balance_snapshots")),
        sa.UniqueConstraint("account_id", "as_of", "source_id", name="uq_balance_snapshots_account_id_as_of_source_id"),
    )
    op.create_index("ix_balance_snapshots_source_id", "balance_snapshots", ["source_id"], unique=False)
    op.create_table(
        "holding_reports",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "source in ('import', 'account_sync', 'holdings_sync', 'manual_sync', 'scheduled_sync', 'initial_connection')",
            name=op.f("ck_holding_reports_source_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "user_id"],
            ["accounts.id", "accounts.user_id"],
            name=op.f("fk_holding_reports_account_id_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holding_reports")),
        sa.UniqueConstraint("account_id", "as_of", "source_id", name="uq_holding_reports_account_id_as_of_source_id"),
    )
    op.create_index("ix_holding_reports_source_id", "holding_reports", ["source_id"], unique=False)
    op.execute(BALANCES)
    op.drop_column("accounts", "balance_available")
    op.drop_column("accounts", "balance_as_of")
    op.drop_column("accounts", "balance_current")
    op.add_column("holdings", sa.Column("report_id", sa.Uuid(), nullable=False))
    op.add_column("holdings", sa.Column("number", sa.Integer(), nullable=False))
    op.add_column("holdings", sa.Column("cusip", sa.Text(), nullable=True))
    op.add_column("holdings", sa.Column("isin", sa.Text(), nullable=True))
    op.add_column("holdings", sa.Column("asset_class", sa.Text(), nullable=False))
    op.add_column("holdings", sa.Column("side", sa.Text(), nullable=False))
    op.add_column("holdings", sa.Column("price", sa.Numeric(), nullable=True))
    op.add_column("holdings", sa.Column("price_as_of", sa.DateTime(timezone=True), nullable=True))
    op.add_column("holdings", sa.Column("market_value", sa.Numeric(), nullable=True))
    op.add_column("holdings", sa.Column("cost_basis_total", sa.Numeric(), nullable=True))
    op.add_column("holdings", sa.Column("currency", sa.Text(), nullable=False))
    op.add_column("holdings", sa.Column("as_of", sa.DateTime(timezone=True), nullable=False))
    op.drop_index(op.f("ix_holdings_user_id_account_id_id"), table_name="holdings")
    op.create_index("ix_holdings_user_id_account_id", "holdings", ["user_id", "account_id"], unique=False)
    op.create_unique_constraint("uq_holdings_report_id_number", "holdings", ["report_id", "number"])
    op.create_foreign_key(
        op.f("fk_holdings_report_id"), "holdings", "holding_reports", ["report_id"], ["id"], ondelete="CASCADE"
    )
    op.drop_column("holdings", "updated_at")
    op.drop_column("holdings", "created_at")


def downgrade() -> None:
    op.add_column(
        "holdings",
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            autoincrement=False,
            nullable=False,
        ),
    )
    op.add_column(
        "holdings",
        sa.Column(
            "updated_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            autoincrement=False,
            nullable=False,
        ),
    )
    op.drop_constraint(op.f("fk_holdings_report_id"), "holdings", type_="foreignkey")
    op.drop_constraint("uq_holdings_report_id_number", "holdings", type_="unique")
    op.drop_index("ix_holdings_user_id_account_id", table_name="holdings")
    op.create_index(
        op.f("ix_holdings_user_id_account_id_id"), "holdings", ["user_id", "account_id", "id"], unique=False
    )
    op.drop_column("holdings", "as_of")
    op.drop_column("holdings", "currency")
    op.drop_column("holdings", "cost_basis_total")
    op.drop_column("holdings", "market_value")
    op.drop_column("holdings", "price_as_of")
    op.drop_column("holdings", "price")
    op.drop_column("holdings", "side")
    op.drop_column("holdings", "asset_class")
    op.drop_column("holdings", "isin")
    op.drop_column("holdings", "cusip")
    op.drop_column("holdings", "number")
    op.drop_column("holdings", "report_id")
    op.add_column("accounts", sa.Column("balance_current", sa.NUMERIC(), autoincrement=False, nullable=True))
    op.add_column(
        "accounts", sa.Column("balance_as_of", postgresql.TIMESTAMP(timezone=True), autoincrement=False, nullable=True)
    )
    op.add_column("accounts", sa.Column("balance_available", sa.NUMERIC(), autoincrement=False, nullable=True))
    op.drop_index("ix_holding_reports_source_id", table_name="holding_reports")
    op.drop_table("holding_reports")
    op.drop_index("ix_balance_snapshots_source_id", table_name="balance_snapshots")
    op.drop_table("balance_snapshots")
