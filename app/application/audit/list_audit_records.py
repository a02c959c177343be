"""List who did what, newest first."""

from functools import partial

import msgspec

from app.application.audit.views import AuditFilter, AuditReader, AuditRecordView
from app.application.registry import Query, query
from app.application.views import Page, Paged, paged
from app.core.paging import Cursors
from app.core.result import Result


class ListAuditRecords(Paged, Query[Page[AuditRecordView]]):
    filters: AuditFilter


@query(ListAuditRecords)
class ListAuditRecordsHandler:
    audit: AuditReader
    cursors: Cursors

    async def __call__(self, message: ListAuditRecords) -> Result[Page[AuditRecordView]]:
        scope = f"audit_records:{msgspec.json.encode(message.filters).decode()}"
        return await paged(message, scope, self.cursors, partial(self.audit.page, message.filters))
