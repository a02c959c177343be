"""What other libraries read in statement files, to hold ours against.

Each tells the rows of a file as (day, amount, id), with the units of a trade in place of its amount, and the closing
balances; None where it cannot read the file.
"""

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO

import mt940
import ofxparse
from ofxtools.Parser import OFXTree

from app.domain.imports.statement import Movement, StatementClosed, StatementPart

type Row = tuple[date, Decimal, str]

_ZONE = re.compile(rb"(<DT\w+>[^<\[]*)\[[^\]<]*\]")  # both move days to UTC, where those of the bank are what counts


@dataclass(frozen=True, slots=True)
class Reading:
    rows: list[Row]
    balances: list[Decimal]


type Oracle = Callable[[bytes], Reading | None]


def reading_of(parts: Sequence[StatementPart]) -> Reading:
    """Ours, in the same words."""
    rows = [
        (part.booked_on, part.amount if part.quantity is None else abs(part.quantity), part.bank_id or "")
        for part in parts
        if isinstance(part, Movement)
    ]
    closed = [part.current for part in parts if isinstance(part, StatementClosed) and part.holdings_value is None]
    return Reading(sorted(rows), [balance.amount for balance in closed if balance])


def _ofxparse(content: bytes) -> Reading:
    rows, balances = [], []
    for account in ofxparse.OfxParser.parse(BytesIO(_ZONE.sub(rb"\1", content))).accounts:
        for row in account.statement.transactions:
            is_trade = hasattr(row, "units")
            day, amount = (row.tradeDate, abs(row.units) or row.total) if is_trade else (row.date, row.amount)
            rows.append((day.date(), Decimal(amount), row.id))
        if hasattr(account.statement, "balance"):
            balances.append(account.statement.balance)
    return Reading(sorted(rows), balances)


def _ofxtools(content: bytes) -> Reading:
    tree = OFXTree()
    tree.parse(BytesIO(_ZONE.sub(rb"\1", content)))
    rows, balances = [], []
    for statement in tree.convert().statements:
        for entry in statement.transactions or ():
            for row in getattr(entry, "transactions", None) or (entry,):
                units = getattr(row, "units", None)
                day = row.dtposted if hasattr(row, "dtposted") else row.dttrade
                rows.append((day.date(), abs(units) if units else getattr(row, "trnamt", None) or row.total, row.fitid))
        if hasattr(statement, "ledgerbal"):
            balances.append(statement.ledgerbal.balamt)
    return Reading(sorted(rows), balances)


def _mt940(content: bytes) -> Reading:
    read = mt940.parse(content.decode("latin-1").replace("\r\n", "\n"))
    rows = []
    for row in read.transactions:
        day = row.data.get("entry_date") or row.data["date"]
        reference = (row.data.get("bank_reference") or "").removeprefix("NONREF")
        rows.append((date(day.year, day.month, day.day), row.data["amount"].amount, reference))
    closings = [read.data["final_closing_balance"]] if content.count(b":62") == 1 else []  # it mixes up several
    return Reading(sorted(rows), [closing.amount.amount for closing in closings])


def _tolerant(oracle: Callable[[bytes], Reading]) -> Oracle:
    def read(content: bytes) -> Reading | None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return oracle(content)
            except Exception:  # noqa: BLE001 -- whatever another's parser raises, it did not read the file
                return None

    return read


ORACLES: Mapping[str, Mapping[str, Oracle]] = {
    "ofx": {"ofxparse": _tolerant(_ofxparse), "ofxtools": _tolerant(_ofxtools)},
    "mt940": {"mt-940": _tolerant(_mt940)},
}
