"""In which order the dates of a file are, which no single one can tell.

Promises: the order that the fewest dates contradict; where day and month could change places in all of them, the day
comes first if points stand between the parts, else the month, as American programs write it. Costs: constant memory.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from app.domain.imports.csv_mapping import DateOrder
from app.infrastructure.statements.csv_values import day_of
from app.infrastructure.statements.row_values import RowFaultError

_USUAL = (DateOrder.MONTH_FIRST, DateOrder.DAY_FIRST)


@dataclass(slots=True)
class DateOrders:
    """Shown all dates of a file, it knows their order."""

    _contradictions: Counter[DateOrder] = field(default_factory=Counter)
    _is_open: bool = False
    _has_points: bool = False

    def see(self, raw: str) -> None:
        wrong, turns = _orders_of(raw)
        self._contradictions.update(wrong)
        self._is_open = self._is_open or turns
        self._has_points = self._has_points or "." in raw

    def order(self, usual: DateOrder | None = None) -> DateOrder:
        """The order, the usual one where others would do as well."""
        first = usual or (DateOrder.DAY_FIRST if self._has_points else DateOrder.MONTH_FIRST)
        return min((first, *_USUAL, DateOrder.YEAR_FIRST), key=lambda order: self._contradictions[order])

    @property
    def is_assumed(self) -> bool:
        """Whether another order would do as well, and give other days."""
        month_first, day_first = (self._contradictions[order] for order in _USUAL)
        return self._is_open and month_first == day_first and self.order() in _USUAL


@lru_cache(maxsize=4096)
def _orders_of(raw: str) -> tuple[tuple[DateOrder, ...], bool]:
    """The orders in which it is no day, and whether day and month could change places."""
    days: dict[DateOrder, date] = {}
    for order in DateOrder:
        try:
            days[order] = day_of(raw, order)
        except RowFaultError:
            continue
    month_first, day_first = days.get(DateOrder.MONTH_FIRST), days.get(DateOrder.DAY_FIRST)
    turns = month_first is not None and day_first is not None and month_first != day_first
    return tuple(order for order in DateOrder if order not in days), turns
