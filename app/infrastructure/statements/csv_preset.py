"""What a CSV layout is that is recognised by its headings.

`headings` are those that must be there, in any order; columns of the mapping that a file lacks are no fault. Headings
are compared without case, outer spaces and a closing ` ($)`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from app.domain.imports.csv_mapping import CsvMapping, DateOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvPreset:
    """`kinds` are the words of the kind column as OFX types; amounts of `out_kinds` are out, of others in.

    `has_local_dates` says that the institution writes dates as its customer does, so that the file must tell the order.
    """

    name: str
    institution: str
    headings: frozenset[str]
    mapping: CsvMapping
    kinds: Mapping[str, str] = field(default_factory=dict)
    out_kinds: frozenset[str] = frozenset()
    date_fallback: str | None = None
    has_local_dates: bool = False
    is_brokerage: bool = False
    is_pending_without_balance: bool = False
    fees_come_on_top: bool = False


american = partial(CsvMapping, date_order=DateOrder.MONTH_FIRST, currency="USD")


def headings_of(stated: str) -> frozenset[str]:
    return frozenset(stated.lower().split(","))
