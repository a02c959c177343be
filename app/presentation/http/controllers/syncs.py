"""Syncs over HTTP."""

from uuid import UUID

from dishka.integrations.litestar import FromDishka
from litestar import Controller, Response
from litestar.params import FromPath, JSONBody

from app.application.dispatch import Dispatcher
from app.application.syncs.create_sync import CreateSync
from app.application.syncs.get_sync import GetSync
from app.application.syncs.list_syncs import ListSyncs
from app.application.syncs.views import SyncPage, SyncView
from app.core.ids import SyncId
from app.presentation.http.answer import answer, answer_json, answer_page
from app.presentation.http.parameters import LIMIT_DEFAULT, Cursor, Include, Limit
from app.presentation.http.route import route
from app.presentation.http.routes.syncs import CREATE_SYNC, GET_SYNC, LIST_SYNCS


class SyncController(Controller):
    @route(CREATE_SYNC)
    async def create(self, data: JSONBody[CreateSync], dispatch: FromDishka[Dispatcher]) -> Response[SyncView]:
        """Read an institution now.

        The sync is queued; follow it at its `Location`. While one of the connection is on its way, that one is
        answered, whatever was asked.
        """
        return answer(await dispatch(data), location=CREATE_SYNC.location)

    @route(LIST_SYNCS)
    async def list_syncs(
        self,
        dispatch: FromDishka[Dispatcher],
        limit: Limit = LIMIT_DEFAULT,
        cursor: Cursor = None,
        include: Include = None,
    ) -> Response[SyncPage]:
        """List your syncs, newest first."""
        query = ListSyncs(limit=limit, cursor=cursor, total=include == "total")
        return answer_page(await dispatch(query), "syncs")

    @route(GET_SYNC)
    async def get_sync(self, sync_id: FromPath[UUID], dispatch: FromDishka[Dispatcher]) -> Response[SyncView]:
        """Read how far a sync is, and what it did to each account."""
        return answer_json(await dispatch(GetSync(sync_id=SyncId(sync_id))))
