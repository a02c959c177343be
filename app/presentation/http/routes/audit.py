"""Reading the audit trail."""

from litestar.enums import HttpMethod

from app.core.paging import CursorInvalid
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.route import API, Requires, RouteMetadata

LIST_AUDIT_RECORDS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/admin/audit-records",
    operation_id="list_audit_records",
    tag="Administration",
    auth=Requires("audit", "read"),
    limit=LimitPolicy.API_READ,
    errors=(CursorInvalid,),
)
