"""Dates and amounts as people's banks write them in CSV.

Promises: a date by the order it is told, with any separators, two-digit years and English months; an amount with a
currency sign, in parentheses or with its minus behind, and with separators of thousands where they may stand.
Costs: linear. Refuses: `RowFaultError` for what cannot be taken without guessing.
"""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from app.domain.imports.csv_mapping import DateOrder
from app.infrastructure.statements.row_values import (
    DECIMALS_MAX,
    WHOLE_DIGITS_MAX,
    YEARS,
    RowFaultError,
    plain_number,
    shown,
)

VALUE_CHARACTERS_MAX = 64
TWENTIETH_CENTURY_FROM = 70

_DATE = re.compile(
    r"\s*(\d{1,4}|[A-Za-z]{3,9})[\s./\-,]{1,3}(\d{1,2}|[A-Za-z]{3,9})[\s./\-,']{1,3}(\d{1,4})(?!\d)", re.ASCII
)
_DIGITS = re.compile(r"\s*(\d{8})(?!\d)", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SIGNS = str.maketrans("", "", " \t\xa0\u202f$€£¥'\u2019")
_CODE = re.compile(r"^[A-Z]{3}|[A-Z]{3}$")
_SHAPES = {
    comma: re.compile(
        rf"(\d{{1,{WHOLE_DIGITS_MAX}}}|\d{{1,3}}(?:{group}\d{{3}}){{1,4}})?(?:{point}(\d{{0,{DECIMALS_MAX}}}))?",
        re.ASCII,
    )
    for comma, group, point in ((False, ",", r"\."), (True, r"\.", ","))
}


@lru_cache(maxsize=4096)
def day_of(raw: str, order: DateOrder) -> date:
    parts = _DATE.match(raw)
    digits = None if parts else _DIGITS.match(raw)
    try:
        if digits:
            return _digits(digits[1], order)
        if parts:
            return _parts(parts.groups(), order)
    except ValueError:
        pass
    if not raw.strip():
        raise RowFaultError("date_missing", "The row has no date.")
    raise RowFaultError(
        "date_invalid", f"The date {shown(raw)} is no day of the calendar, read {order.replace('_', ' ')}."
    )


def _digits(digits: str, order: DateOrder) -> date:
    if order is DateOrder.YEAR_FIRST:
        return _day(digits[:4], digits[4:6], digits[6:])
    first, second, year = digits[:2], digits[2:4], digits[4:]
    return _day(year, second, first) if order is DateOrder.DAY_FIRST else _day(year, first, second)


def _parts(parts: tuple[str, ...], order: DateOrder) -> date:
    first, second, third = parts
    if first.isalpha():
        return _day(third, first, second)
    if order is DateOrder.YEAR_FIRST or len(first) > 2:  # noqa: PLR2004 -- no day has three digits
        return _day(first, second, third)
    if order is DateOrder.DAY_FIRST or second.isalpha():
        return _day(third, second, first)
    return _day(third, first, second)


def _day(year: str, month: str, day: str) -> date:
    number = int(year)
    if len(year) <= 2:  # noqa: PLR2004 -- a year without its century
        number += 1900 if number >= TWENTIETH_CENTURY_FROM else 2000
    if number not in YEARS:
        raise ValueError(year)
    return date(number, _MONTHS.index(month[:3].lower()) + 1 if month.isalpha() else int(month), int(day))


def money_of(raw: str, *, decimal_comma: bool = False) -> Decimal:
    """An amount with its own sign."""
    if not decimal_comma and (plain := plain_number(raw)) is not None:
        return plain
    value = raw.translate(_SIGNS).replace("\u2212", "-")
    if not value:
        raise RowFaultError("amount_missing", "The row has no amount.")
    is_negative = False
    if value[0] == "(" and value[-1] == ")":
        is_negative, value = True, value[1:-1]
    value = _CODE.sub("", value)
    if value[-1:] in {"-", "+"}:
        value = value[-1] + value[:-1]
    if value[:1] in {"-", "+"}:
        is_negative, value = is_negative ^ (value[0] == "-"), _CODE.sub("", value[1:])
    shape = _SHAPES[decimal_comma].fullmatch(value) if len(value) <= VALUE_CHARACTERS_MAX else None
    if not shape or not (shape[1] or shape[2]):
        mark = "comma" if decimal_comma else "point"
        raise RowFaultError("amount_invalid", f"The amount {shown(raw)} is not a number with a decimal {mark}.")
    number = Decimal(f"{re.sub(r'\D', '', shape[1] or '0')}.{shape[2] or ''}")
    return -number if is_negative and number else number
