"""Syncs are counted by when they ended.

Revision ID: 0014
Revises: 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_syncs_finished_at", "syncs", ["finished_at"])


def downgrade() -> None:
    op.drop_index("ix_syncs_finished_at", table_name="syncs")
