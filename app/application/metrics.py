"""What operators watch."""

from typing import Protocol


class Metrics(Protocol):
    """Counts what this process does, and measures the parts it depends on when asked."""

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note an answer. `route` is the path's template, never the path: that may hold a token."""

    async def exposition(self) -> bytes:
        """Everything in Prometheus' text format. What cannot be measured now is left out, and said to be."""
