"""Wrong passwords: five in a row lock an address for a quarter of an hour, then the count starts again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

FAILURES_MAX = 5
LOCK = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginFailures:
    """Counted by address, known or not, so that nobody learns from a lock who exists."""

    count: int = 0
    locked_until: datetime | None = None

    def locked(self, now: datetime) -> bool:
        return self.locked_until is not None and now < self.locked_until

    def another(self, now: datetime) -> Self:
        """After one more wrong password, which counts for nothing while locked."""
        if self.locked(now):
            return self
        count = self.count + 1 if self.locked_until is None else 1
        if count < FAILURES_MAX:
            return type(self)(count=count)
        return type(self)(count=0, locked_until=now + LOCK)
