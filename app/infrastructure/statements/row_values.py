"""The values of rows: text, amounts, dates and instants.

Promises: text holds no control character, NUL or lone surrogate, and is no longer than asked; amounts are finite and
bounded, read with point or comma; a date is the calendar day as written, never moved by its time zone.
Costs: linear in the value. Refuses: `Fault`, with a code and what is wrong, for what cannot be taken without guessing.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from html import unescape

WHOLE_DIGITS_MAX = 15
DECIMALS_MAX = 10
DESCRIPTION_CHARACTERS_MAX = 500
MEMO_CHARACTERS_MAX = 2000
ID_CHARACTERS_MAX = 255
RAW_CHARACTERS_MAX = 2000
YEARS = range(1900, 2200)

_NUMBER_CHARACTERS_MAX = 64
_SHOWN_CHARACTERS_MAX = 40
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), *range(0xD800, 0xE000)))
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});", re.ASCII)
_PLAIN_NUMBER = re.compile(rf"\s*+[+-]?\d{{1,{WHOLE_DIGITS_MAX}}}(?:\.\d{{1,{DECIMALS_MAX}}})?\s*+", re.ASCII)
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)"
    r"(?P<whole>\d*|\d{1,3}(?P<group>[.,' \xa0\u2019\u202f])\d{3}(?:(?P=group)\d{3})*)"
    r"(?:(?P<point>[.,])(?P<decimals>\d*))?",
    re.ASCII,
)
_THOUSAND_OR_ONE = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_DAY = re.compile(r"\d{8}", re.ASCII)
_SEPARATED_DATE = re.compile(r"(\d{4})([-/.])(\d\d)\2(\d\d)(?!\d)", re.ASCII)
_INSTANT = re.compile(
    r"(?P<day>\d{8})(?P<time>\d{4}(?:\d\d)?)?(?:\.\d*)?\s*"
    r"(?:\[(?P<hours>[+-]?\d{1,2})(?:\.(?P<minutes>\d{1,2}))?(?::[^\]]*)?\])?",
    re.ASCII,
)
# The specification writes a part of an hour as a decimal; some banks write minutes.
_ZONE_MINUTES = {"00": 0, "25": 15, "15": 15, "50": 30, "30": 30, "75": 45, "45": 45}
_ZONE_HOURS_MAX = 14


class RowFaultError(Exception):
    """A value that cannot be taken, so that its row cannot."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def text_of(raw: str, characters_max: int) -> str:
    """Text with entities resolved once, white space collapsed and control characters dropped."""
    if "&" in raw:
        raw = _ENTITY.sub(_resolved, raw)
    value = raw.strip()
    if "  " in value or not value.isprintable():
        value = " ".join(" ".join(value.split()).translate(_CONTROLS).split())
    return value if len(value) <= characters_max else value[:characters_max].rstrip()


def _resolved(entity: re.Match[str]) -> str:
    return "&" if entity[0] == "&amp;" else unescape(entity[0])


def shown(raw: str) -> str:
    return repr(text_of(raw, _SHOWN_CHARACTERS_MAX))


def plain_number(raw: str) -> Decimal | None:
    """A number as most are written, `-1234.56`; None for any other."""
    if not _PLAIN_NUMBER.fullmatch(raw):
        return None
    number = Decimal(raw)
    return number or abs(number)  # no -0.00


def amount_of(raw: str, element: str) -> Decimal:
    """An amount of money. `1,234` alone is refused: half the world reads a thousand in it, the other half one."""
    if (plain := plain_number(raw)) is not None:
        return plain
    value = raw.strip()
    if not value:
        raise RowFaultError("amount_missing", f"The row has no amount ({element}).")
    parts = _NUMBER.fullmatch(value) if len(value) <= _NUMBER_CHARACTERS_MAX else None
    if not parts or (parts["point"] and parts["point"] == parts["group"]):
        raise RowFaultError("amount_invalid", f"The amount ({element}) {shown(value)} is not a number.")
    digits, decimals = re.sub(r"\D", "", parts["whole"]), parts["decimals"] or ""
    if not digits + decimals:
        raise RowFaultError("amount_invalid", f"The amount ({element}) {shown(value)} is not a number.")
    if _THOUSAND_OR_ONE.fullmatch(value):
        raise RowFaultError(
            "amount_ambiguous",
            f"The amount ({element}) {shown(value)} may have a decimal comma or a thousands separator.",
        )
    if len(digits.lstrip("0")) > WHOLE_DIGITS_MAX or len(decimals.rstrip("0")) > DECIMALS_MAX:
        raise RowFaultError("amount_invalid", f"The amount ({element}) {shown(value)} has too many digits.")
    number = Decimal(f"{parts['sign']}{digits or 0}.{decimals[:DECIMALS_MAX]}")
    return number or abs(number)


def date_of(raw: str, element: str) -> date:
    """The calendar day as written, whatever stands behind it. 2012-05-17 is taken, 17/05/2012 is not."""
    value = raw.strip()
    try:
        return _day(value[:8])
    except ValueError:
        pass
    if not value:
        raise RowFaultError("date_missing", f"The row has no date ({element}).")
    separated = _SEPARATED_DATE.match(value)
    try:
        return _day("".join(separated.group(1, 3, 4)) if separated else "")
    except ValueError:
        raise RowFaultError("date_invalid", f"The date ({element}) {shown(value)} is no day of the calendar.") from None


@lru_cache(maxsize=4096)
def _day(digits: str) -> date:
    if not _DAY.fullmatch(digits) or int(digits[:4]) not in YEARS:
        raise ValueError(digits)
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def instant_of(raw: str, *, zone_required: bool) -> datetime | None:
    """The instant if there is one; without zone it is GMT as OFX says, or nothing where that would be a guess."""
    value = raw.strip()
    parts = _INSTANT.match(value)
    if not parts or (zone_required and (parts["hours"] is None or parts["time"] is None)):
        return None
    minutes = _ZONE_MINUTES.get((parts["minutes"] or "").ljust(2, "0"))
    hours = int(parts["hours"] or 0)
    if minutes is None or abs(hours) > _ZONE_HOURS_MAX:
        return None
    offset = timedelta(hours=abs(hours), minutes=minutes) * (-1 if (parts["hours"] or "").startswith("-") else 1)
    clock = (parts["time"] or "").ljust(6, "0")
    try:
        day = _day(parts["day"])
        return datetime(
            day.year, day.month, day.day, int(clock[:2]), int(clock[2:4]), int(clock[4:]), tzinfo=timezone(offset)
        )
    except ValueError:
        return None


def currency_of(raw: str) -> str | None:
    """An ISO 4217 code by its form."""
    value = raw.strip()
    return value.upper() if _CURRENCY.fullmatch(value) else None


def raw_of(text: str) -> str:
    """A row's own text, as much of it as is kept."""
    return text.replace("\0", "")[:RAW_CHARACTERS_MAX].rstrip()


def written(fields: Mapping[str, str]) -> str:
    """A row's own text, as far as its values go."""
    return "".join([f"<{name}>{value}" if name else value for name, value in fields.items()])
