from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.connections.quota import DAY, free_at, scheduled_max
from tests.values import NOW


@given(st.lists(st.integers(0, 86_399), max_size=30), st.integers(1, 20))
def test_never_more_than_the_most_within_a_day(seconds: list[int], most: int) -> None:
    recent = sorted(NOW - timedelta(seconds=ago) for ago in seconds)
    at = free_at(recent, most)
    assert (at is None) == (len(recent) < most)
    if at:
        assert at > NOW
        assert sum(one > at - DAY for one in recent) < most


def test_the_schedule_leaves_one_where_there_are_several() -> None:
    assert [scheduled_max(most) for most in (1, 2, 24)] == [1, 1, 23]
