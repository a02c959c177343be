"""The audit trail, which nobody can change, delete from or empty without disabling a trigger.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_records",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("roles", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("trace_id", sa.Text(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("personal_digest", sa.LargeBinary(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_records")),
        sa.UniqueConstraint("event_id", name="uq_audit_records_event_id"),
    )
    for columns in (
        ["action", "position"],
        ["user_id", "position"],
        ["actor_id", "position"],
        ["resource", "position"],
    ):
        op.create_index(f"ix_audit_records_{columns[0]}", "audit_records", columns)
    for column in ("trace_id", "occurred_at"):
        op.create_index(f"ix_audit_records_{column}", "audit_records", [column])
    op.execute(
        "create trigger audit_records_is_append_only before update or delete on audit_records "
        "for each row execute function refuse_change()"
    )
    op.execute(
        "create trigger audit_records_is_not_truncated before truncate on audit_records "
        "for each statement execute function refuse_change()"
    )
    salt = sa.Column("salt", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)
    op.add_column("event_personal_data", salt)
    op.execute("insert into reaction_cursors (reaction) values ('audit')")  # from the log's beginning


def downgrade() -> None:
    op.execute("delete from reaction_cursors where reaction in ('audit', 'log')")
    op.execute("delete from parked_events where reaction in ('audit', 'log')")
    op.drop_column("event_personal_data", "salt")
    op.drop_table("audit_records")
