"""The settings that syncs' rules take as numbers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPolicy:
    """`syncs_per_day` is what we want, where the institution bears it."""

    run_seconds_max: float
    syncs_per_day: int
    due_max: int
