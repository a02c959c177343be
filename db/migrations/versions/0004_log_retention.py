"""The event log may be trimmed: what is a month old can be deleted, nothing younger, and nothing can be changed.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

RETENTION = """
create function refuse_early_deletion() returns trigger language plpgsql as $$
begin
    if old.occurred_at > now() - interval '30 days' then
        raise exception 'append-only: % on %, younger than 30 days', tg_op, tg_table_name;
    end if;
    return old;
end $$
"""


def upgrade() -> None:
    op.execute(RETENTION)
    op.execute("drop trigger event_log_is_append_only on event_log")
    op.execute(
        "create trigger event_log_is_append_only before update on event_log "
        "for each row execute function refuse_change()"
    )
    op.execute(
        "create trigger event_log_is_kept before delete on event_log "
        "for each row execute function refuse_early_deletion()"
    )


def downgrade() -> None:
    op.execute("drop trigger event_log_is_kept on event_log")
    op.execute("drop trigger event_log_is_append_only on event_log")
    op.execute(
        "create trigger event_log_is_append_only before update or delete on event_log "
        "for each row execute function refuse_change()"
    )
    op.execute("drop function refuse_early_deletion()")
