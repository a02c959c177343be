"""Schwab's list of positions: what an account holds, with its title telling which and when.

`"Positions for account Individual ...123 as of 02:36 PM ET, 2025/01/17"`, a blank line, headings, a row a security,
cash and a total. Each is of one account; a title further down begins the next.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from app.domain.imports.csv_mapping import DateOrder
from app.domain.imports.statement import (
    Position,
    RowFault,
    StatedBalance,
    StatementClosed,
    StatementOpened,
    StatementPart,
)
from app.domain.ledger.account import AccountType
from app.domain.ledger.security import AssetClass, Security, Side
from app.infrastructure.statements.csv_lines import Row
from app.infrastructure.statements.csv_values import day_of, money_of
from app.infrastructure.statements.row_values import ID_CHARACTERS_MAX, RowFaultError, text_of

NAME = "Schwab positions"

_HEADINGS = frozenset({"symbol", "description", "price", "cost basis", "security type"})
_TITLE = re.compile(
    r"Positions for (?:account )?(?P<account>.*?) as of (?:.*?,\s*)?"
    r"(?P<day>\d{4}[/-]\d\d[/-]\d\d|\d\d/\d\d/\d{4})"
)
_CASH = ("cash", "cash & cash investments", "cash and money market")
_CLASSES: Mapping[str, AssetClass] = {
    "equity": AssetClass.EQUITY,
    "etfs & closed end funds": AssetClass.ETF,
    "mutual fund": AssetClass.MUTUAL_FUND,
    "fixed income": AssetClass.FIXED_INCOME,
    "option": AssetClass.OPTION,
    "cash and money market": AssetClass.CASH_EQUIVALENT,
}


def are_headings(cells: Sequence[str]) -> bool:
    return {_key(cell) for cell in cells} >= _HEADINGS


def parts_of(rows: Iterator[Row]) -> Iterator[StatementPart]:
    """Yield a statement an account, from the file's first row on."""
    sheet: _Sheet | None = None
    title, number = "", 0
    for line, cells in rows:
        if cells and _TITLE.search(cells[0]):
            title = cells[0]
        elif are_headings(cells):
            if sheet:
                yield sheet.closed()
            number += 1
            sheet = _Sheet(number, title, cells)
            yield sheet.opened()
        elif sheet and any(cell.strip() for cell in cells[1:]):
            yield from sheet.row(line, cells)
    if sheet:
        yield sheet.closed()


def _key(heading: str) -> str:
    """`Qty (Quantity)` is `qty`, its short name."""
    return heading.partition("(")[0].strip().casefold()


class _Sheet:
    def __init__(self, ordinal: int, title: str, headings: Sequence[str]) -> None:
        self._ordinal = ordinal
        stated = _TITLE.search(title)
        self._account = text_of(stated["account"], ID_CHARACTERS_MAX) if stated else ""
        self._as_of = _instant(stated["day"]) if stated else None
        self._places = {_key(heading): index for index, heading in reversed(list(enumerate(headings)))}
        self._cash: Decimal | None = None
        self._holdings = Decimal(0)
        self._rows = 0

    def opened(self) -> StatementOpened:
        return StatementOpened(
            locator=f"statement {self._ordinal}",
            type=AccountType.BROKERAGE,
            currency="USD",
            number=self._account or None,
            institution="Charles Schwab",
            layout=NAME,
        )

    def row(self, line: int, cells: Sequence[str]) -> Iterator[StatementPart]:
        self._rows += 1
        locator = f"statement {self._ordinal}, row {self._rows}, line {line}"
        symbol = self._cell(cells, "symbol")
        try:
            if symbol.casefold().startswith(_CASH):
                self._cash = self._number(cells, "mkt val", "market value")
            elif "total" not in symbol.casefold():
                yield self._position(symbol, cells, locator)
        except RowFaultError as fault:
            yield RowFault(locator=locator, code=fault.code, detail=fault.detail)

    def closed(self) -> StatementClosed:
        worth = self._holdings + (self._cash or 0)
        return StatementClosed(
            current=StatedBalance(amount=worth, as_of=self._as_of),
            cash_value=self._cash,
            holdings_value=self._holdings,
        )

    def _position(self, symbol: str, cells: Sequence[str], locator: str) -> Position:
        quantity = self._number(cells, "qty", "quantity")
        if quantity is None:
            raise RowFaultError("quantity_missing", "The row has no quantity.")
        value = self._number(cells, "mkt val", "market value")
        self._holdings += value or 0
        name = text_of(self._cell(cells, "description"), ID_CHARACTERS_MAX)
        return Position(
            locator=locator,
            security=Security(symbol=text_of(symbol, ID_CHARACTERS_MAX) or None, name=name or None),
            quantity=abs(quantity),
            currency="USD",
            side=Side.SHORT if quantity < 0 else Side.LONG,
            asset_class=_CLASSES.get(self._cell(cells, "security type").casefold(), AssetClass.OTHER),
            price=self._number(cells, "price"),
            price_as_of=self._as_of,
            market_value=value,
            cost_basis_total=self._number(cells, "cost basis"),
            as_of=self._as_of,
        )

    def _cell(self, cells: Sequence[str], name: str) -> str:
        index = self._places.get(name)
        return cells[index].strip() if index is not None and index < len(cells) else ""

    def _number(self, cells: Sequence[str], *names: str) -> Decimal | None:
        value = next((value for name in names if (value := self._cell(cells, name))), "")
        return money_of(value) if value not in {"", "--", "N/A", "Incomplete"} else None


def _instant(day: str) -> datetime | None:
    try:
        on = day_of(day, DateOrder.MONTH_FIRST)
    except RowFaultError:
        return None
    return datetime(on.year, on.month, on.day, tzinfo=UTC)
