"""What `litestar events` sends, and how it tells what is answered."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.application.events.list_events import ListEvents
from app.application.events.list_parked_events import ListParkedEvents
from app.application.events.retry_parked_events import NothingParked, RetryParkedEvents
from app.application.events.views import EventLine, ParkedLine
from app.application.registry import Message
from app.core.ids import uuid7
from app.domain.events.registry import EVENTS
from app.presentation.cli import events
from tests.operators import Office

USER_ID = uuid7()
AT = datetime(2026, 11, 23, tzinfo=UTC)
ANSWERS: dict[type[Message[Any]], Any] = {
    ListEvents: [
        EventLine(position=7, occurred_at=AT, name="user_lock.succeeded", user_id=USER_ID, facts={"reason": "[b]x"})
    ],
    ListParkedEvents: [
        ParkedLine(
            reaction="email", position=7, name="x", user_id=None, attempts=3, next_at=AT, error="the server is away"
        )
    ],
    RetryParkedEvents: 2,
}


@pytest.fixture
def office() -> Office:
    return Office(ANSWERS)


def test_the_log_is_shown_as_a_table_and_as_json(office: Office) -> None:
    shown = office.run(events.command, "list", "--name", "user_lock.succeeded", "--user", str(USER_ID), "--limit", "5")
    assert office.received == [ListEvents(limit=5, name="user_lock.succeeded", user_id=USER_ID)]
    assert "reason=[b]x" in shown.output
    [line] = json.loads(office.run(events.command, "list", "--json").output)
    assert (line["position"], line["facts"]) == (7, {"reason": "[b]x"})


def test_parked_events_are_shown_with_their_error(office: Office) -> None:
    [line] = json.loads(office.run(events.command, "parked", "--reaction", "email", "--json").output)
    assert office.received == [ListParkedEvents(limit=events.SHOWN, reaction="email")]
    assert (line["attempts"], line["error"]) == (3, "the server is away")


def test_a_retry_tells_how_many(office: Office) -> None:
    told = office.run(events.command, "retry", "--reaction", "email", "--position", "7")
    assert office.received == [RetryParkedEvents(reaction="email", position=7)]
    assert told.output.startswith("2 parked events")
    office.refusals[RetryParkedEvents] = NothingParked(detail="Look at those that are.")
    refused = office.run(events.command, "retry")
    assert refused.exit_code == 1
    assert "No such event is parked. Look at those that are." in refused.output


def test_the_registry_names_every_event_and_what_follows(office: Office) -> None:
    lines = {line["name"]: line for line in json.loads(office.run(events.command, "registry", "--json").output)}
    assert {*lines} == {meta.name for meta in EVENTS.values()}
    change = lines["user_password_change.succeeded"]
    assert (change["audit_action"], change["reactions"]) == ("user_password_changed", "audit email log session")
