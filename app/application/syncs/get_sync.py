"""Read how one of one's own syncs went, or how far it is."""

from app.application.registry import Query, query
from app.application.syncs.views import SyncReader
from app.core.ids import SyncId
from app.core.result import Result, found
from app.domain.identity.actor import Actor


class GetSync(Query[bytes]):
    sync_id: SyncId


@query(GetSync)
class GetSyncHandler:
    syncs: SyncReader
    actor: Actor

    async def __call__(self, message: GetSync) -> Result[bytes]:
        return found(await self.syncs.sync(self.actor.person, message.sync_id))
