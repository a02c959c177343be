"""What `litestar audit` sends, and how it tells what is answered."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.application.audit.export_audit_records import ExportAuditRecords
from app.application.audit.verify_audit_trail import VerifyAuditTrail
from app.application.audit.views import AuditRecordView, Verdict
from app.application.registry import Message
from app.core.ids import UserId, uuid7
from app.domain.audit.verification import Fault
from app.presentation.cli import audit
from tests.operators import Office

WHOLE = Verdict(records=1200, checkpoints=3, erased=2, fault=None)
RECORD = AuditRecordView(
    position=7,
    event_id=uuid7(),
    occurred_at=datetime(2026, 11, 27, tzinfo=UTC),
    action="user_locked",
    outcome="succeeded",
    user_id=None,
    actor_id=None,
    session_id=None,
    roles=[],
    trace_id="t",
    resource=None,
    facts={},
    personal=None,
    hash="00",
)


def test_a_whole_trail_is_told_and_other_checkpoints_are_read_from_logs(tmp_path: Path) -> None:
    office = Office({VerifyAuditTrail: WHOLE})
    file = tmp_path / "api.log"
    file.write_text("another line\ncheckpoint=dashtam-checkpoint/1 7\n")
    told = office.run(audit.command, "verify", "--checkpoints", str(file))
    [asked] = office.received
    assert isinstance(asked, VerifyAuditTrail)
    assert asked.lines == ("checkpoint=dashtam-checkpoint/1 7\n",)
    assert (told.exit_code, told.output.startswith("Whole: 1200 records")) == (0, True)
    assert "looks whole" not in told.output
    unproven = Office({VerifyAuditTrail: Verdict(records=1, checkpoints=0, erased=0, fault=None)})
    assert "looks whole" in unproven.run(audit.command, "verify").output


def test_an_altered_trail_is_told_with_its_first_bad_position_and_exit_code_1() -> None:
    fault = Fault(position=42, what="This record is missing.")
    office = Office({VerifyAuditTrail: Verdict(records=41, checkpoints=0, erased=0, fault=fault)})
    told = office.run(audit.command, "verify")
    assert (told.exit_code, told.output) == (1, "ALTERED at position 42: This record is missing.\n")
    as_json = office.run(audit.command, "verify", "--json")
    assert (as_json.exit_code, json.loads(as_json.output)["fault"]["position"]) == (1, 42)


def test_the_export_goes_on_from_page_to_page() -> None:
    class Pages(Office):
        async def dispatch(self, message: Message[Any], on_behalf_of: UserId | None = None) -> Any:
            self._answers = {ExportAuditRecords: [RECORD] if getattr(message, "after", None) == 3 else []}
            return await super().dispatch(message, on_behalf_of)

    office = Pages({})
    told = office.run(audit.command, "export", "--after", "3")
    assert json.loads(told.output)["action"] == "user_locked"
    assert office.received == [ExportAuditRecords(after=after, limit=audit.BATCH) for after in (3, 7)]
