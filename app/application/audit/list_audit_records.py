"""List who did what, newest first."""

from functools import partial

import msgspec

from app.application.audit.views import AuditFilter, AuditReader, AuditRecordView
from app.application.fields import CursorText, PageLimit
from app.application.registry import Query, query
from app.application.views import Page, paged
from app.core.errors import DomainError
from app.core.paging import Cursors
from app.core.result import Result


class ListAuditRecords(Query[Page[AuditRecordView]]):
    filters: AuditFilter
    limit: PageLimit
    cursor: CursorText | None
    total: bool


@query(ListAuditRecords)
class ListAuditRecordsHandler:
    audit: AuditReader
    cursors: Cursors

    async def __call__(self, message: ListAuditRecords) -> Result[Page[AuditRecordView], DomainError]:
        scope = f"audit_records:{msgspec.json.encode(message.filters).decode()}"
        return await paged(message, scope, self.cursors, partial(self.audit.page, message.filters))
