"""What administrators ask: everybody's rows, PgQueuer's tables, JSON from the database."""

from uuid import UUID

from app.application.admin.views import QueuedJobsView, RegisteredUserView, ScheduleView, SecurityConfigView
from app.core.ids import UserId
from app.core.paging import Rows, Window
from app.infrastructure.postgres.filters import Filters
from app.infrastructure.postgres.json_rows import instant, page, rows, select_list
from app.infrastructure.postgres.reader import Reader

USER = select_list(
    RegisteredUserView,
    email_verified="t.verified_at is not null",
    live_sessions="(select count(*) from sessions where user_id = t.id and ended_at is null and expires_at > now())",
)
ONE_USER = f"select row_to_json(v)::text from (select {USER} from users as t where t.id = $1) as v"  # noqa: S608  # constants
CONFIG = select_list(SecurityConfigView, last_rotation_at=instant("t.rotated_at"), last_rotation_reason="t.reason")
SECURITY_CONFIG = f"select row_to_json(v)::text from (select {CONFIG} from security_config as t) as v"  # noqa: S608  # constants
# The log keeps what is over; the queue holds what waits or runs.
QUEUED = select_list(QueuedJobsView, name="t.entrypoint", state="t.status", oldest_at=instant("t.oldest"))
SCHEDULE = select_list(
    ScheduleView,
    name="t.entrypoint",
    cron="t.expression",
    state="t.status",
    last_run_at=instant("t.last_run"),
    next_run_at=instant("t.next_run"),
)
JOBS = f"""
    with queued as (
        select {QUEUED}
        from (select entrypoint, status, count(*), min(created) as oldest from pgqueuer group by 1, 2) as t
        order by t.entrypoint, t.status
    ),
    schedules as (select {SCHEDULE} from pgqueuer_schedules as t order by t.entrypoint, t.expression)
    select json_build_object(
        'queued', (select coalesce(json_agg(queued), '[]') from queued),
        'schedules', (select coalesce(json_agg(schedules), '[]') from schedules)
    )::text
"""  # noqa: S608  # constants


class PostgresAdministrationReader(Reader):
    """Implements `AdministrationReader`."""

    async def users(self, window: Window, email: str | None) -> Rows:
        filters = Filters(window.limit).add("t.email = {}", email)
        everybody = f"users as t where true{filters.text}"
        counted = f"(select count(*) from {everybody})" if window.total else "null::bigint"  # noqa: S608  # constants
        filters.add("t.id > {}", UUID(window.after[0]) if window.after else None)
        statement = page(f"users as t where true{filters.text}", USER, "t.id", ("t.id",), counted)
        return rows(await self._pool.fetchrow(statement, *filters.arguments))

    async def user(self, user_id: UserId) -> bytes | None:
        return await self._json(ONE_USER, user_id)

    async def security_config(self) -> bytes:
        return str(await self._pool.fetchval(SECURITY_CONFIG)).encode()

    async def jobs(self) -> bytes:
        return str(await self._pool.fetchval(JOBS)).encode()
