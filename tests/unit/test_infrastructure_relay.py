import pytest

from app.infrastructure.postgres import following


def test_a_step_takes_all_rows_while_there_is_time() -> None:
    assert list(following.in_time([1, 2, 3])) == [1, 2, 3]


def test_a_slow_step_ends_after_the_row_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "STEP_SECONDS_MAX", -1.0)
    assert list(following.in_time([1, 2, 3])) == [1]
    assert list(following.in_time([])) == []
