"""How often a day a connection may be synced, whoever asks."""

from collections.abc import Sequence
from datetime import datetime, timedelta

DAY = timedelta(days=1)


def free_at(syncs_at: Sequence[datetime], most: int) -> datetime | None:
    """When one more may follow those of the last day, oldest first; None: at once."""
    return syncs_at[-most] + DAY if len(syncs_at) >= most else None


def scheduled_max(most: int) -> int:
    """How many of them the schedule may take: one is left for whoever asks."""
    return max(most - 1, 1)
