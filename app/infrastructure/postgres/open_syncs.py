"""Reading syncs: those under way for workers, all of them for answers."""

from collections.abc import Sequence

from app.application.syncs.views import SyncView
from app.core.ids import SyncId, UserId
from app.core.paging import Rows, Window
from app.domain.connections.connection import Connection
from app.domain.connections.sync import LinkedAccount, Sync
from app.infrastructure.postgres.connections import COLUMNS, entity
from app.infrastructure.postgres.json_rows import select_list
from app.infrastructure.postgres.reader import Reader
from app.infrastructure.postgres.sync_queue import sync_of
from app.infrastructure.postgres.sync_statements import ACCOUNTS
from app.infrastructure.postgres.syncs import linked

CONNECTION = f"select {COLUMNS} from connections where id = $1"  # noqa: S608  # the columns are the entity's fields
SYNC = select_list(
    SyncView,
    accounts="""(
        select coalesce(json_agg(json_build_object('account_id', r.account_id, 'created', r.created,
            'updated', r.updated, 'removed', r.removed, 'unchanged', r.unchanged, 'error', r.error)
            order by r.account_id), '[]')
        from sync_accounts as r where r.sync_id = t.id)""",
)


class PostgresOpenSyncs(Reader):
    """Implements `OpenSyncs`."""

    async def read(self, sync_id: SyncId) -> Sync | None:
        row = await self._pool.fetchrow("select * from syncs where id = $1", sync_id)
        return sync_of(dict(row)) if row else None

    async def connection(self, sync: Sync) -> Connection | None:
        row = await self._pool.fetchrow(CONNECTION, sync.connection_id)
        return entity({**row}) if row else None

    async def accounts(self, sync: Sync) -> Sequence[LinkedAccount]:
        found = await self._pool.fetch(ACCOUNTS.format("$1"), sync.connection_id)
        return [linked(dict(row)) for row in found]

    async def position(self, sync: Sync) -> str | None:
        position: str | None = await self._pool.fetchval(
            "select position from connections where id = $1", sync.connection_id
        )
        return position


class PostgresSyncReader(Reader):
    """Implements `SyncReader`."""

    async def syncs(self, user_id: UserId, window: Window) -> Rows:
        return await self._listed("syncs", SYNC, "desc", user_id, window)

    async def sync(self, user_id: UserId, sync_id: SyncId) -> bytes | None:
        return await self._one("syncs", SYNC, user_id, sync_id)
