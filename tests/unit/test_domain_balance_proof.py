from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.imports.balance_proof import BalanceCheck, BalanceGap, BalanceProof
from app.domain.imports.statement import Movement, StatedBalance, StatementClosed
from app.domain.ledger.transaction import TransactionStatus
from tests.values import movement

STATED = [(5, "-1.10", "98.90"), (5, "3", "101.90"), (6, "-2", "99.90"), (8, "10.05", "109.95")]


def rows(*stated: tuple[int, str, str | None]) -> list[Movement]:
    return [
        movement(amount, booked_on=date(2026, 1, day), running_balance=Decimal(balance) if balance else None)
        for day, amount, balance in stated
    ]


def closed(opening: str | None, closing: str | None) -> StatementClosed:
    first, last = (
        StatedBalance(amount=Decimal(amount), as_of=datetime(2026, 1, day, tzinfo=UTC)) if amount else None
        for amount, day in ((opening, 4), (closing, 31))
    )
    return StatementClosed(opening=first, current=last)


def proof(movements: list[Movement], end: StatementClosed) -> BalanceProof | None:
    check = BalanceCheck()
    for one in movements:
        check.follow(one)
    return check.proof("USD", end)


def gap(amount: str, first: int, last: int) -> BalanceGap:
    return BalanceGap(starts_on=date(2026, 1, first), ends_on=date(2026, 1, last), amount=Decimal(amount))


@given(st.lists(st.decimals(-1000, 1000, places=2), max_size=20), st.decimals(-1000, 1000, places=2))
def test_a_statement_that_adds_up_is_proved(amounts: list[Decimal], opening: Decimal) -> None:
    found = proof([movement(str(one)) for one in amounts], closed(str(opening), str(opening + sum(amounts))))
    assert found == BalanceProof(currency="USD", statements=1)


def test_a_gap_is_named_with_dates_and_amount() -> None:
    found = proof([movement("-1.10"), movement("3")], closed("100", "101.00"))
    assert found == BalanceProof(currency="USD", statements=1, gap_count=1, gaps=(gap("-0.90", 4, 31),))


@pytest.mark.parametrize("end", [closed(None, "1"), closed("1", None), closed(None, None)])
def test_what_states_too_little_proves_nothing(end: StatementClosed) -> None:
    assert proof([movement("5")], end) is None


def test_the_value_of_investments_is_not_proved() -> None:
    end = closed("1", "2")
    assert proof([], StatementClosed(opening=end.opening, current=end.current, holdings_value=Decimal(1))) is None


def test_pending_rows_belong_to_no_balance() -> None:
    found = proof([movement("5"), movement("7", status=TransactionStatus.PENDING)], closed("1", "6"))
    assert found == BalanceProof(currency="USD", statements=1)


@pytest.mark.parametrize("order", [1, -1])
def test_running_balances_are_proved_by_day_oldest_or_newest_first(order: int) -> None:
    assert proof(rows(*STATED)[::order], closed(None, None)) == BalanceProof(currency="USD", days=3)


@pytest.mark.parametrize("order", [1, -1])
def test_a_day_with_a_missing_row_is_named(order: int) -> None:
    without = [STATED[0], STATED[1], STATED[3]]
    found = proof(rows(*without)[::order], closed(None, None))
    assert found == BalanceProof(currency="USD", days=2, gap_count=1, gaps=(gap("-2", 8, 8),))


@pytest.mark.parametrize("order", [1, -1])
def test_rows_without_a_running_balance_are_added_up(order: int) -> None:
    stated = [STATED[0], (5, "3", None), STATED[2], STATED[3]]
    assert proof(rows(*stated)[::order], closed(None, None)) == BalanceProof(currency="USD", days=3)


def test_proofs_of_one_account_are_told_together() -> None:
    first, second = (proof([], closed("1", end)) for end in ("1", "3"))
    assert first
    assert second
    together = first.and_of(second)
    assert (together.statements, together.gap_count, [one.amount for one in together.gaps]) == (2, 1, [Decimal(2)])
