"""Searching and reading transactions."""

from litestar.enums import HttpMethod

from app.application.ledger.list_account_transactions import DateRangeInvalid
from app.application.ledger.list_transactions import AmountRangeInvalid
from app.core.errors import NotFound
from app.core.paging import CursorInvalid
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.route import API, Requires, RouteMetadata

LIST_TRANSACTIONS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/transactions",
    operation_id="list_transactions",
    tag="Transactions",
    auth=Requires("transactions", "read"),
    limit=LimitPolicy.API_READ,
    errors=(AmountRangeInvalid, CursorInvalid, DateRangeInvalid, NotFound),
)
GET_TRANSACTION = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/transactions/{{transaction_id:uuid}}",
    operation_id="get_transaction",
    tag="Transactions",
    auth=Requires("transactions", "read"),
    limit=LimitPolicy.API_READ,
    errors=(NotFound,),
    has_etag=True,
)
