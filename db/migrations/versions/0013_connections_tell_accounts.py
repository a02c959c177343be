"""Connections are among the sources of the accounts they tell of.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KNOWN = """
    insert into account_sources
        (account_id, source_id, source, user_id, fingerprints, arrived_at, data_as_of, account_updated_at)
    select distinct on (k.account_id, k.connection_id) k.account_id, k.connection_id, 'account_sync', k.user_id,
        array(select fingerprint from account_links as l where l.account_id = k.account_id),
        coalesce(c.last_sync_at, k.created_at), c.last_sync_at, a.updated_at
    from connection_accounts as k
    join connections as c on c.id = k.connection_id
    join accounts as a on a.id = k.account_id
    on conflict do nothing
"""


def upgrade() -> None:
    op.add_column("accounts", sa.Column("opened_as", sa.Text(), nullable=True))
    op.execute(KNOWN)


def downgrade() -> None:
    op.execute("delete from account_sources where source = 'account_sync'")
    op.drop_column("accounts", "opened_as")
