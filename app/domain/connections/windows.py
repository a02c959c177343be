"""Which days a reading asks for."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.connections.provider import Feed, ProviderDescription

WINDOW_DAYS_MAX = 370
"""How much history one reading holds in memory, and one transaction writes: a year, and the days around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days, both included; `has_more` if later ones are to be read afterwards."""

    starts_on: date
    ends_on: date
    has_more: bool


def window(
    about: ProviderDescription, today: date, read_through: date | None, start_on: date | None, end_on: date | None
) -> Window:
    """The next days to read: those asked for, else those since the last reading with some overlap, oldest first.

    `read_through` is up to when this sync or the one before has read. Banks east of us are a day ahead.
    """
    earliest = today - timedelta(days=about.history_days_max)
    overlapping = read_through - timedelta(days=about.overlap_days) if read_through else earliest
    starts_on = max(start_on or overlapping, earliest)
    last = min(end_on or today + timedelta(days=1), today + timedelta(days=1))
    starts_on = min(starts_on, last)
    # A cursor feed tells all there is; its window is for what such a provider has to tell beside the feed.
    whole = about.feed is Feed.CURSOR
    ends_on = last if whole else min(starts_on + timedelta(days=WINDOW_DAYS_MAX - 1), last)
    return Window(starts_on=starts_on, ends_on=ends_on, has_more=ends_on < last)
