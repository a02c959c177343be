"""Operations on accounts and what is in them."""

from litestar.enums import HttpMethod

from app.application.ledger.link_accounts import AccountsNotAlike
from app.application.ledger.list_account_transactions import DateRangeInvalid
from app.core.errors import NotFound
from app.core.paging import CursorInvalid
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.route import API, Body, Requires, RouteMetadata

LIST_ACCOUNTS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/accounts",
    operation_id="list_accounts",
    tag="Accounts",
    auth=Requires("accounts", "read"),
    limit=LimitPolicy.API_READ,
    errors=(CursorInvalid,),
)
GET_ACCOUNT = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/accounts/{{account_id:uuid}}",
    operation_id="get_account",
    tag="Accounts",
    auth=Requires("accounts", "read"),
    limit=LimitPolicy.API_READ,
    errors=(NotFound,),
    has_etag=True,
)
UPDATE_ACCOUNT = RouteMetadata(
    method=HttpMethod.PATCH,
    path=f"{API}/accounts/{{account_id:uuid}}",
    operation_id="update_account",
    tag="Accounts",
    auth=Requires("accounts", "write"),
    limit=LimitPolicy.API_WRITE,
    body=Body.JSON,
    errors=(NotFound,),
    has_etag=True,
)
LIST_ACCOUNT_TRANSACTIONS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/accounts/{{account_id:uuid}}/transactions",
    operation_id="list_account_transactions",
    tag="Transactions",
    auth=Requires("transactions", "read"),
    limit=LimitPolicy.API_READ,
    errors=(CursorInvalid, DateRangeInvalid, NotFound),
)
LINK_ACCOUNTS = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/accounts/{{account_id:uuid}}/links",
    operation_id="link_accounts",
    tag="Accounts",
    auth=Requires("accounts", "write"),
    limit=LimitPolicy.API_WRITE,
    status=201,
    body=Body.JSON,
    errors=(AccountsNotAlike, NotFound),
)
