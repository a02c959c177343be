from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.connections.provider import Feed, ProviderDescription
from app.domain.connections.windows import WINDOW_DAYS_MAX, Window, window
from tests.fakes.institution import FakeInstitution

TODAY = date(2026, 1, 31)


def about(feed: Feed = Feed.WINDOW, history: int = 730) -> ProviderDescription:
    return replace(FakeInstitution(feed=feed).description, history_days_max=history)


@pytest.mark.parametrize("history", [30, 365, 366, 730, 3650])
def test_history_is_read_oldest_first_without_a_gap(history: int) -> None:
    days = window(about(history=history), TODAY, None, None, None)
    assert days.starts_on == TODAY - timedelta(days=history)
    while days.has_more:
        following = window(about(history=history), TODAY, days.ends_on, None, None)
        assert days.starts_on < following.starts_on <= days.ends_on < following.ends_on
        assert (following.ends_on - following.starts_on).days < WINDOW_DAYS_MAX
        days = following
    assert days.ends_on == TODAY + timedelta(days=1)


def test_a_later_reading_overlaps_the_one_before() -> None:
    provider = about()
    days = window(provider, TODAY, TODAY, None, None)
    assert days.starts_on == TODAY - timedelta(days=provider.overlap_days)


def test_days_that_are_asked_for_are_read_as_far_as_there_is_history() -> None:
    asked = window(about(), TODAY, None, date(2026, 1, 5), date(2026, 1, 6))
    assert asked == Window(starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 6), has_more=False)
    assert window(about(), TODAY, None, date(1990, 1, 1), None).starts_on == TODAY - timedelta(days=730)


def test_a_cursor_feed_is_asked_for_its_whole_history_at_once() -> None:
    days = window(about(Feed.CURSOR), TODAY, None, None, None)
    assert (days.starts_on, days.has_more) == (TODAY - timedelta(days=730), False)
    assert days.ends_on == TODAY + timedelta(days=1)
