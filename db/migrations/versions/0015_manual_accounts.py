"""Owners open accounts themselves.

Revision ID: 0015
Revises: 0014
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NAME, TABLE = "ck_account_sources_source_known", "account_sources"
READ = "'import', 'account_sync', 'holdings_sync', 'manual_sync', 'scheduled_sync', 'initial_connection'"


def upgrade() -> None:
    op.drop_constraint(op.f(NAME), TABLE)
    op.create_check_constraint(op.f(NAME), TABLE, f"source in ({READ}, 'manual')")


def downgrade() -> None:
    op.execute("delete from account_sources where source = 'manual'")
    op.drop_constraint(op.f(NAME), TABLE)
    op.create_check_constraint(op.f(NAME), TABLE, f"source in ({READ})")
