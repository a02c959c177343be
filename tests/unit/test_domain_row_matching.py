"""How rows find each other in crowds; the rules one by one are tested where files and syncs meet."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from app.domain.ledger.row_matching import ALIKE_MAX, ComparedRow, MatchedBy, candidates, matches

CROWD = 10 * ALIKE_MAX
DAY = date(2026, 1, 5)


def rows(scheme: str, text: str, **changed: Any) -> Iterator[ComparedRow[int]]:
    for number in range(CROWD):
        values: dict[str, Any] = {"booked_on": DAY, "references": (), "kind": "-2.50", "check_number": None}
        values |= {name: value(number) for name, value in changed.items()}
        yield ComparedRow(
            key=number,
            texts=(f"{text} {number}",),
            is_pending=False,
            schemes=frozenset({scheme}),
            **values,
        )


def test_a_crowd_is_told_apart_by_its_order_with_few_comparisons() -> None:
    assert sum(1 for _ in candidates(rows("csv", "FARE"), rows("ofx", "Fare"))) <= 2 * ALIKE_MAX * CROWD
    found = [*matches(rows("csv", "FARE"), rows("ofx", "Fare"))]
    assert sorted(found) == [(number, number, MatchedBy.TEXT) for number in range(CROWD)]


def test_in_a_crowd_an_id_counts_more_than_the_place() -> None:
    days = [DAY + timedelta(number % 5) for number in range(CROWD)]
    stated = rows("csv", "FARE", booked_on=lambda number: days[number], references=lambda number: (f"r{number}",))
    known = rows("ofx", "Fare", booked_on=lambda _: DAY, references=lambda number: (f"R{number}",))
    assert sorted(matches(stated, known)) == [(number, number, MatchedBy.REFERENCE) for number in range(CROWD)]


def test_rows_of_another_kind_are_not_compared() -> None:
    assert [*matches(rows("csv", "FARE"), rows("ofx", "Fare", kind=lambda _: "-2.60"))] == []


def test_another_cheque_is_another_row_whatever_else_is_alike() -> None:
    stated = rows("csv", "CHEQUE", check_number=lambda number: f"{number + CROWD}")
    known = rows("ofx", "Cheque", check_number=lambda number: f"{number}")
    assert [*matches(stated, known)] == []


def test_zeros_before_the_number_of_a_cheque_say_nothing() -> None:
    stated = rows("csv", "CHEQUE", check_number=lambda number: f"000{number + 1}")
    known = rows("ofx", "Cheque", check_number=lambda number: f"{number + 1}")
    assert {(one, other) for one, other, _ in matches(stated, known)} == {(number, number) for number in range(CROWD)}
