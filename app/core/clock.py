"""The time, as a port: rules take `now`, use cases ask for it here."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, time zone UTC."""
