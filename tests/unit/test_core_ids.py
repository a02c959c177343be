import time

from app.core.ids import uuid7


def test_an_id_says_its_version_and_its_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert before <= made.int >> 80 <= after


def test_ids_differ_within_a_millisecond() -> None:
    assert len({uuid7() for _ in range(10_000)}) == 10_000


def test_an_id_made_later_sorts_later() -> None:
    first, started = uuid7(), time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 == started:
        pass
    assert uuid7() > first
