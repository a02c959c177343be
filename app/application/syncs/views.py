"""What the API shows of syncs, and the port that reads them."""

from typing import Protocol, Self
from uuid import UUID

from app.application.fields import Count, Instant
from app.application.registry import Immutable
from app.application.views import Listed
from app.core.ids import SyncId, UserId
from app.core.paging import Rows, Window
from app.domain.connections.sync import Sync, SyncResource, SyncState


class SyncFault(Immutable):
    """Why something was not read: a code, and words."""

    code: str
    detail: str


class SyncedAccountView(Immutable):
    """What the sync did to one account: rows that were new, amended, taken back, and as they were."""

    account_id: UUID
    created: Count
    updated: Count
    removed: Count
    unchanged: Count
    error: SyncFault | None


class SyncView(Immutable):
    """`error` is what concerns the whole connection; `accounts` grows while it runs."""

    id: UUID
    connection_id: UUID
    state: SyncState
    resources: list[SyncResource]
    accounts: list[SyncedAccountView]
    error: SyncFault | None
    created_at: Instant
    finished_at: Instant | None

    @classmethod
    def of(cls, sync: Sync) -> Self:
        """As it stands when it is asked for; reading it later tells what it did."""
        return cls(
            id=sync.id,
            connection_id=sync.connection_id,
            state=sync.state,
            resources=list(sync.resources),
            accounts=[],
            error=None,
            created_at=sync.created_at,
            finished_at=sync.finished_at,
        )


class SyncPage(Listed):
    syncs: list[SyncView]


class SyncReader(Protocol):
    """Reads syncs for answers: one statement each, the owner in its WHERE clause."""

    async def syncs(self, user_id: UserId, window: Window) -> Rows:
        """The user's syncs as JSON of `SyncView`, newest first."""

    async def sync(self, user_id: UserId, sync_id: SyncId) -> bytes | None:
        """One sync as JSON of `SyncView`; None if there is none or it is somebody else's."""
