"""What of an event goes into the audit trail: by allow-list, and nothing personal."""

from dataclasses import fields
from typing import Any

from msgspec import to_builtins

from app.application.reactions.registry import LoggedEvent
from app.domain.audit.record import AuditRecord, canonical

NO_RESOURCE = frozenset({"user_id", "token_id"})


def shown(logged: LoggedEvent) -> dict[str, Any]:
    """The facts of an event that may be shown to others: see `Fact`."""
    said: dict[str, Any] = to_builtins(logged.event)
    return {name: fact for name, fact in said.items() if name in logged.meta.shown}


def resource(logged: LoggedEvent, facts: dict[str, Any]) -> str | None:
    """What the event is about: the first thing that it names by its id, else the user."""
    names = [field.name for field in fields(logged.event)]  # type: ignore[arg-type]  # every event is a dataclass
    for name in names:
        if name.endswith("_id") and name not in NO_RESOURCE and facts.get(name):
            return f"{name.removesuffix('_id')}/{facts[name]}"
    return f"user/{facts['user_id']}" if facts.get("user_id") else None


def recorded(logged: LoggedEvent, position: int, personal_digest: bytes | None) -> AuditRecord:
    facts = shown(logged)
    return AuditRecord(
        position=position,
        event_id=logged.id,
        occurred_at=logged.occurred_at,
        action=logged.meta.audit_action or logged.meta.name,
        outcome=logged.meta.phase,
        user_id=logged.user_id,
        actor_id=None if logged.actor.is_operator else logged.actor.user_id,
        session_id=logged.actor.session_id,
        roles=logged.actor.roles,
        trace_id=logged.actor.trace_id,
        resource=resource(logged, facts),
        facts=canonical(facts).decode(),
        personal_digest=personal_digest,
    )
