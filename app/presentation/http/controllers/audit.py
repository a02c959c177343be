"""The audit trail over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response
from litestar.params import QueryParameter

from app.application.audit.list_audit_records import ListAuditRecords
from app.application.audit.views import AuditFilter, AuditRecordPage
from app.core.paging import CursorInvalid
from app.domain.events.registry import Phase
from app.presentation.http.answer import answer_page
from app.presentation.http.area import Area
from app.presentation.http.parameters import Dispatch, PageAsked


def word(about: str) -> QueryParameter:
    return QueryParameter(max_length=100, pattern=r"^[^\x00]*$", description=about)


administration = Area("Administration", "audit")


class AuditController(Controller):
    @administration.get("/admin/audit-records", errors=(CursorInvalid,))
    async def list_audit_records(  # noqa: PLR0913, PLR0917  # each is a parameter of the API
        self,
        dispatch: Dispatch,
        page: PageAsked,
        action: Annotated[str | None, word("What was done, as `user_login_failed`.")] = None,
        outcome: Annotated[Phase | None, QueryParameter(description="How it went.")] = None,
        user_id: Annotated[UUID | None, QueryParameter(description="Whom it concerns.")] = None,
        actor_id: Annotated[UUID | None, QueryParameter(description="Who did it.")] = None,
        resource: Annotated[str | None, word("Kind and id of the thing.")] = None,
        trace_id: Annotated[str | None, word("`X-Trace-Id` of the request.")] = None,
        start_at: Annotated[datetime | None, QueryParameter(description="From this instant on.")] = None,
        end_at: Annotated[datetime | None, QueryParameter(description="Before this instant.")] = None,
    ) -> Response[AuditRecordPage]:
        """List who did what, newest first.

        What is personal in a record is null once the user has deleted the account.
        """
        filters = AuditFilter(
            action=action,
            outcome=outcome,
            user_id=user_id,
            actor_id=actor_id,
            resource=resource,
            trace_id=trace_id,
            start_at=start_at,
            end_at=end_at,
        )
        query = ListAuditRecords(filters=filters, **page)
        return answer_page(await dispatch(query), "audit_records")
