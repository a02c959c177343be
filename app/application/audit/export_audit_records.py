"""Read the audit trail from some position on, oldest first."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta

from app.application.audit.views import AuditReader, AuditRecordView
from app.application.registry import Query, query
from app.core.result import Result, Success


class ExportAuditRecords(Query[Sequence[AuditRecordView]]):
    after: Annotated[int, Meta(ge=0)]
    limit: Annotated[int, Meta(ge=1, le=10_000)]


@query(ExportAuditRecords)
class ExportAuditRecordsHandler:
    audit: AuditReader

    async def __call__(self, message: ExportAuditRecords) -> Result[Sequence[AuditRecordView]]:
        return Success(await self.audit.export(message.after, message.limit))
