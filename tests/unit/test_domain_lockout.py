from datetime import UTC, datetime, timedelta

from app.domain.identity.lockout import FAILURES_MAX, LOCK, LoginFailures

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def after(count: int, start: LoginFailures | None = None, at: datetime = NOW) -> LoginFailures:
    """What is counted after some more wrong passwords."""
    failures = start or LoginFailures()
    for _ in range(count):
        failures = failures.another(at)
    return failures


def test_fewer_than_five_lock_nothing() -> None:
    assert after(FAILURES_MAX - 1) == LoginFailures(count=FAILURES_MAX - 1)


def test_five_lock_for_a_quarter_of_an_hour() -> None:
    locked = after(FAILURES_MAX)
    assert locked.locked_until == NOW + LOCK
    assert locked.locked(NOW + LOCK - timedelta(microseconds=1))
    assert not locked.locked(NOW + LOCK)


def test_a_wrong_password_while_locked_prolongs_nothing() -> None:
    locked = after(FAILURES_MAX)
    assert after(50, locked, NOW + LOCK / 2) == locked


def test_after_the_lock_the_count_starts_again() -> None:
    later = NOW + LOCK
    locked = after(FAILURES_MAX)
    assert after(1, locked, later) == LoginFailures(count=1)
    assert not after(FAILURES_MAX - 1, locked, later).locked(later)
    assert after(FAILURES_MAX, locked, later).locked_until == later + LOCK
