"""What the audit trail shows."""

from collections.abc import Sequence
from typing import Annotated, Any, Protocol
from uuid import UUID

from msgspec import Meta

from app.application.fields import Instant
from app.application.registry import Immutable
from app.application.views import Listed
from app.core.paging import Rows, Window
from app.domain.audit.record import ChainedRecord
from app.domain.audit.verification import Fault


class AuditRecordView(Immutable):
    position: Annotated[int, Meta(description="Its place in the trail; there are no gaps.")]
    event_id: UUID
    occurred_at: Instant
    action: Annotated[str, Meta(examples=["user_login_failed"])]
    outcome: Annotated[str, Meta(examples=["attempted", "succeeded", "failed", "occurred"])]
    user_id: Annotated[UUID | None, Meta(description="Whom it concerns.")]
    actor_id: Annotated[UUID | None, Meta(description="Who did it; null for nobody known, jobs and operators.")]
    session_id: UUID | None
    roles: Annotated[list[str], Meta(description="Whose roles; `operator` is who ran a command on the server.")]
    trace_id: Annotated[str, Meta(description="`X-Trace-Id` of the request.")]
    resource: Annotated[str | None, Meta(description="Kind and id.", examples=["session/0198c2f0-..."])]
    facts: dict[str, Any]
    personal: Annotated[
        dict[str, Any] | None,
        Meta(description="Addresses, user agent and the like; null once they were erased with the user."),
    ]
    hash: Annotated[str, Meta(description="SHA-256 over this record and the hash of the one before, in hex.")]


class AuditRecordPage(Listed):
    audit_records: Sequence[AuditRecordView]


class AuditFilter(Immutable):
    """What to show; None means everything."""

    action: str | None = None
    outcome: str | None = None
    user_id: UUID | None = None
    actor_id: UUID | None = None
    resource: str | None = None
    trace_id: str | None = None
    start_at: Instant | None = None
    end_at: Instant | None = None


class Verdict(Immutable):
    """What is proven: so many records in a whole chain, so many checkpoints that agree; or where the first fault is."""

    records: int
    checkpoints: int
    erased: int
    fault: Fault | None


class AuditReader(Protocol):
    async def page(self, filters: AuditFilter, window: Window) -> Rows:
        """The newest first."""

    async def export(self, after: int, limit: int) -> Sequence[AuditRecordView]:
        """The oldest first, from the position after that."""

    async def chain(self, after: int, limit: int) -> Sequence[ChainedRecord]:
        """As they are stored, in order, from the position after that."""
