"""Whether the parts that Dashtam depends on answer."""

from typing import Protocol

from app.application.registry import Immutable


class Health(Immutable):
    """Each part by name, and whether it answered."""

    ready: bool
    parts: dict[str, bool]
    event_lag_seconds: float | None
    stopping: bool


class HealthProbe(Protocol):
    """Asks the parts, each within a second."""

    async def check(self) -> Health:
        """PostgreSQL must answer for Dashtam to be ready; Redis may be away, and reactions to events late."""
