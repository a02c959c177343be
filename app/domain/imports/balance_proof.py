"""Whether a statement adds up: opening + movements = closing, and per day where rows state running balances.

Costs two sums a row and remembers a number a day that does not add up. Files list rows oldest or newest first: running
balances are followed both ways, and the dates of the first and last row say which way counts. Pending rows belong to
no balance; an investment account's stated value moves with prices, so it is not proved.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Self

from app.domain.imports.statement import Movement, StatedBalance, StatementClosed
from app.domain.ledger.transaction import TransactionStatus

GAPS_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceGap:
    """By how much the balance at the end is more than the one at the start and the movements make it."""

    starts_on: date | None
    ends_on: date | None
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceProof:
    """What was checked, and what does not add up: `gaps` has the first hundred of `gap_count`."""

    currency: str
    statements: int = 0
    days: int = 0
    gap_count: int = 0
    gaps: tuple[BalanceGap, ...] = ()

    def and_of(self, other: Self) -> Self:
        """Both together, of one account."""
        return type(self)(
            currency=self.currency,
            statements=self.statements + other.statements,
            days=self.days + other.days,
            gap_count=self.gap_count + other.gap_count,
            gaps=(self.gaps + other.gaps)[:GAPS_MAX],
        )


@dataclass(slots=True)
class BalanceCheck:
    """Follows the rows of one statement in the order they stand there."""

    _total: Decimal = Decimal(0)
    _since: Decimal = Decimal(0)  # moved since the last row that states a running balance
    _last: Movement | None = None
    _days: set[date] = field(default_factory=set)
    _first_on: date | None = None
    _forward: defaultdict[date, Decimal] = field(
        default_factory=lambda: defaultdict(Decimal)
    )  # what does not add up, by day
    _backward: defaultdict[date, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def follow(self, row: Movement) -> None:
        if row.status is TransactionStatus.PENDING:
            return
        self._total += row.amount
        balance, last = row.running_balance, self._last
        if balance is None:
            self._since += row.amount
            return
        if last is not None and last.running_balance is not None:
            self._forward[row.booked_on] += balance - last.running_balance - self._since - row.amount
            self._backward[last.booked_on] += last.running_balance - last.amount - self._since - balance
        self._last, self._since, self._first_on = row, Decimal(0), self._first_on or row.booked_on
        self._days.add(row.booked_on)

    def proof(self, currency: str, closed: StatementClosed) -> BalanceProof | None:
        """What the statement proves; None where it states too little."""
        gaps, statements = [], 0
        if closed.opening and closed.current and closed.holdings_value is None:
            statements = 1
            missing = closed.current.amount - closed.opening.amount - self._total
            starts_on, ends_on = closed.starts_on or _day(closed.opening), closed.ends_on or _day(closed.current)
            gaps += [BalanceGap(starts_on=starts_on, ends_on=ends_on, amount=missing)] if missing else []
        days = len(self._days) if len(self._days) > 1 else 0
        if days:
            is_oldest_first = self._first_on is None or self._last is None or self._first_on <= self._last.booked_on
            daily = self._forward if is_oldest_first else self._backward
            gaps += [BalanceGap(starts_on=day, ends_on=day, amount=daily[day]) for day in sorted(daily) if daily[day]]
        if not statements and not days:
            return None
        return BalanceProof(
            currency=currency, statements=statements, days=days, gap_count=len(gaps), gaps=tuple(gaps[:GAPS_MAX])
        )


def _day(balance: StatedBalance) -> date | None:
    return balance.as_of.date() if balance.as_of else None
