"""Syncs over HTTP."""

from litestar import Controller, Response
from litestar.params import FromPath, JSONBody

from app.application.ledger.list_account_transactions import DateRangeInvalid
from app.application.syncs.create_sync import CreateSync
from app.application.syncs.errors import AccountElsewhere, SyncsUsedUp
from app.application.syncs.get_sync import GetSync
from app.application.syncs.list_syncs import ListSyncs
from app.application.syncs.views import SyncPage, SyncView
from app.core.errors import NotFound
from app.core.ids import SyncId
from app.core.paging import CursorInvalid
from app.domain.connections.connection import ConnectionUnready
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.answer import answer, answer_json, answer_page
from app.presentation.http.area import Area
from app.presentation.http.parameters import Dispatch, PageAsked
from app.presentation.http.route import Body

syncs = Area("Syncs", "syncs")


class SyncController(Controller):
    @syncs.post(
        "/syncs",
        limit=LimitPolicy.PROVIDER_SYNC,
        location="/syncs/{id}",
        body=Body.JSON,
        is_keyed=True,
        errors=(NotFound, ConnectionUnready, AccountElsewhere, DateRangeInvalid, SyncsUsedUp),
    )
    async def create_sync(self, data: JSONBody[CreateSync], dispatch: Dispatch) -> Response[SyncView]:
        """Read an institution now.

        The sync is queued; follow it at its `Location`. While one of the connection is on its way, that one is
        answered, whatever was asked.
        """
        return answer(await dispatch(data))

    @syncs.get("/syncs", errors=(CursorInvalid,))
    async def list_syncs(self, dispatch: Dispatch, page: PageAsked) -> Response[SyncPage]:
        """List your syncs, newest first."""
        return answer_page(await dispatch(ListSyncs(**page)), "syncs")

    @syncs.get("/syncs/{sync_id:uuid}", errors=(NotFound,))
    async def get_sync(self, sync_id: FromPath[SyncId], dispatch: Dispatch) -> Response[SyncView]:
        """Read how far a sync is, and what it did to each account."""
        return answer_json(await dispatch(GetSync(sync_id=sync_id)))
