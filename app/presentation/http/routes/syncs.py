"""Operations on syncs."""

from litestar.enums import HttpMethod

from app.application.ledger.list_account_transactions import DateRangeInvalid
from app.application.syncs.errors import AccountElsewhere, SyncsUsedUp
from app.core.errors import NotFound
from app.core.paging import CursorInvalid
from app.domain.connections.connection import ConnectionUnready
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.route import API, Body, Requires, RouteMetadata

CREATE_SYNC = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/syncs",
    operation_id="create_sync",
    tag="Syncs",
    auth=Requires("syncs", "write"),
    limit=LimitPolicy.PROVIDER_SYNC,
    status=201,
    location=f"{API}/syncs/{{id}}",
    body=Body.JSON,
    is_keyed=True,
    errors=(NotFound, ConnectionUnready, AccountElsewhere, DateRangeInvalid, SyncsUsedUp),
)
LIST_SYNCS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/syncs",
    operation_id="list_syncs",
    tag="Syncs",
    auth=Requires("syncs", "read"),
    limit=LimitPolicy.API_READ,
    errors=(CursorInvalid,),
)
GET_SYNC = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/syncs/{{sync_id:uuid}}",
    operation_id="get_sync",
    tag="Syncs",
    auth=Requires("syncs", "read"),
    limit=LimitPolicy.API_READ,
    errors=(NotFound,),
)
