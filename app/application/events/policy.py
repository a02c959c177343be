"""How long the event log remembers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPolicy:
    retention_days: int
