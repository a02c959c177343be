"""What a whole QIF file says of how to read it, as no single row can: the order of its dates, its decimal mark.

Promises: the order of dates that an `!Option` states, else that of `date_orders`. Amounts have the decimal mark that
most of them show; where none shows one, each must speak for itself.
Costs: one pass; memory of the names of accounts and securities, of the latter at most `SECURITIES_MAX`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.domain.imports.csv_mapping import DateOrder
from app.domain.ledger.account import AccountType
from app.infrastructure.statements.csv_values import day_of, money_of
from app.infrastructure.statements.date_orders import DateOrders
from app.infrastructure.statements.qif_records import Record
from app.infrastructure.statements.row_values import amount_of

SECURITIES_MAX = 100_000

ACCOUNTS: Mapping[str, AccountType] = {
    "bank": AccountType.CHECKING,
    "cash": AccountType.OTHER,
    "ccard": AccountType.CREDIT_CARD,
    "oth a": AccountType.OTHER,
    "oth l": AccountType.LOAN,
    "invst": AccountType.BROKERAGE,
    "port": AccountType.BROKERAGE,
}
_ORDERS: Mapping[str, DateOrder] = {
    "!option:mdy": DateOrder.MONTH_FIRST,
    "!option:dmy": DateOrder.DAY_FIRST,
    "!option:ymd": DateOrder.YEAR_FIRST,
}
_DECIMALS = re.compile(r"([.,])\d{1,2}$", re.ASCII)


def heading_of(record: Record) -> str:
    """`!type:oth a`, or nothing for what is no heading."""
    first = record.lines[0]
    return " ".join(first.casefold().replace(": ", ":").split()) if first[0] == "!" else ""


@dataclass(slots=True)
class QifSurvey:
    order: DateOrder = DateOrder.MONTH_FIRST
    is_assumed: bool = False
    decimal_comma: bool | None = None
    accounts: set[str | None] = field(default_factory=set)
    symbols: dict[str, str] = field(default_factory=dict)

    def day(self, raw: str) -> date:
        return day_of(raw, self.order)

    def money(self, raw: str, what: str) -> Decimal:
        if self.decimal_comma is None:
            return amount_of(raw, what)
        return money_of(raw, decimal_comma=self.decimal_comma)


class QifPlace:
    """Where in the file a record stands: below which heading, in which account."""

    def __init__(self) -> None:
        self.heading = ""
        self.account: str | None = None

    def moves(self, record: Record) -> bool:
        """Whether the record tells only the place of others: a heading, or the account in effect."""
        heading = heading_of(record)
        if heading:
            self.heading = self.heading if heading.startswith("!option:") else heading
            self.account = None if heading == "!clear:autoswitch" else self.account
        elif self.heading == "!account":
            self.account = record.fields().get("N") or None
        return bool(heading) or self.heading == "!account"

    @property
    def kind(self) -> AccountType | None:
        """The type of the account whose rows stand here; None in any other list."""
        return ACCOUNTS.get(self.heading.removeprefix("!type:"))


def survey_of(records: Iterable[Record]) -> QifSurvey:
    survey, place = QifSurvey(), QifPlace()
    dates, marks = DateOrders(), Counter[str]()
    stated: DateOrder | None = None
    for record in records:
        if place.moves(record):
            stated = _ORDERS.get(heading_of(record), stated)
            if heading_of(record) and place.kind:
                survey.accounts.add(place.account)
        elif place.kind:
            fields = record.fields()
            dates.see(fields.get("D", ""))
            marks.update(_DECIMALS.findall(fields.get("T") or fields.get("U", "")))
        elif place.heading == "!type:security" and len(survey.symbols) < SECURITIES_MAX:
            fields = record.fields()
            survey.symbols[fields.get("N", "")] = fields.get("S", "")
    survey.order, survey.is_assumed = stated or dates.order(), not stated and dates.is_assumed
    survey.decimal_comma = marks[","] > marks["."] if marks else None
    return survey
