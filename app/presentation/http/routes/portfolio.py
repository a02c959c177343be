"""Operations on holdings, balances and net worth."""

from litestar.enums import HttpMethod

from app.application.ledger.list_account_transactions import DateRangeInvalid
from app.core.errors import NotFound
from app.core.paging import CursorInvalid
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.route import API, Requires, RouteMetadata

LIST_HOLDINGS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/holdings",
    operation_id="list_holdings",
    tag="Holdings",
    auth=Requires("holdings", "read"),
    limit=LimitPolicy.API_READ,
    errors=(CursorInvalid, NotFound),
)
LIST_ACCOUNT_HOLDINGS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/accounts/{{account_id:uuid}}/holdings",
    operation_id="list_account_holdings",
    tag="Holdings",
    auth=Requires("holdings", "read"),
    limit=LimitPolicy.API_READ,
    errors=(CursorInvalid, NotFound),
)
LIST_BALANCE_SNAPSHOTS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/balance-snapshots",
    operation_id="list_balance_snapshots",
    tag="Balances",
    auth=Requires("balances", "read"),
    limit=LimitPolicy.API_READ,
    errors=(CursorInvalid,),
)
LIST_ACCOUNT_BALANCE_SNAPSHOTS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/accounts/{{account_id:uuid}}/balance-snapshots",
    operation_id="list_account_balance_snapshots",
    tag="Balances",
    auth=Requires("balances", "read"),
    limit=LimitPolicy.API_READ,
    errors=(CursorInvalid, DateRangeInvalid, NotFound),
)
GET_NET_WORTH = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/net-worth",
    operation_id="get_net_worth",
    tag="Balances",
    auth=Requires("balances", "read"),
    limit=LimitPolicy.API_READ,
)
