"""What a CAMT document says besides its entries: statements, accounts, balances and periods."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from xml.parsers import expat

from app.domain.imports.statement import (
    StatedBalance,
    StatementClosed,
    StatementOpened,
    StatementRefusedError,
    StatementUnreadable,
)
from app.domain.ledger.account import NO_CURRENCY, AccountType
from app.infrastructure.statements.camt_markup import DEPTH_MAX, not_well_formed
from app.infrastructure.statements.row_values import (
    ID_CHARACTERS_MAX,
    RowFaultError,
    amount_of,
    currency_of,
    date_of,
    text_of,
)

STATEMENTS_MAX = 10_000
MESSAGES = ("BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn")

_STATEMENTS = frozenset({"Stmt", "Rpt", "Ntfctn"})
_BANK = "Acct/Svcr/FinInstnId/"
_BANK_CODES = tuple(f"{_BANK}{name}" for name in ("BICFI", "BIC", "ClrSysMmbId/MmbId", "Othr/Id"))
_NUMBERS = ("Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/PrtryAcct/Id", "Acct/Id/BBAN", "Acct/Id/UPIC")
_TYPES: Mapping[str, AccountType] = {
    "SVGS": AccountType.SAVINGS,
    "MOMA": AccountType.MONEY_MARKET,
    "CARD": AccountType.CREDIT_CARD,
    "LOAN": AccountType.LOAN,
}
# Where several balances could stand, the first that is stated does.
_OPENING, _CURRENT, _AVAILABLE = ("OPBD", "PRCD"), ("CLBD", "ITBD"), ("CLAV", "ITAV")


class CamtStatement:
    """One statement, report or notification, from values by their paths."""

    def __init__(self, ordinal: int) -> None:
        self.ordinal = ordinal
        self.rows = 0
        self.currency = NO_CURRENCY
        self.is_opened = False
        self._stated: dict[str, str] = {}
        self._balances: dict[str, dict[str, str]] = {}

    def state(self, path: str, value: str) -> None:
        self._stated.setdefault(path, value)

    def balance(self, values: dict[str, str]) -> None:
        self._balances.setdefault(values.get("Bal/Tp/CdOrPrtry/Cd") or values.get("Bal/Tp/Cd", ""), values)

    @property
    def made_on(self) -> str:
        """The day it was made, for rows that name none."""
        return self._stated.get("CreDtTm", "")[:10]

    def opened(self, row_currency: str) -> StatementOpened:
        balance = next(iter(self._balances.values()), {})
        stated = self._stated.get("Acct/Ccy") or balance.get("Bal/Amt@Ccy") or row_currency
        self.currency = currency_of(stated) or NO_CURRENCY
        self.is_opened = True
        iban = self._stated.get("Acct/Id/IBAN")
        return StatementOpened(
            locator=f"statement {self.ordinal}",
            type=_TYPES.get(self._stated.get("Acct/Tp/Cd", "").strip(), AccountType.CHECKING),
            currency=self.currency,
            number=self._first(_NUMBERS),
            bank_code=None if iban else self._first(_BANK_CODES),
            institution=self._first((f"{_BANK}Nm",)),
        )

    def closed(self) -> StatementClosed:
        return StatementClosed(
            opening=self._balance(_OPENING),
            current=self._balance(_CURRENT),
            available=self._balance(_AVAILABLE),
            starts_on=self._day("FrToDt/FrDtTm") or self._day("FrToDt/FrDt"),
            ends_on=self._day("FrToDt/ToDtTm") or self._day("FrToDt/ToDt"),
        )

    def _first(self, paths: tuple[str, ...]) -> str | None:
        found = (text_of(self._stated[path], ID_CHARACTERS_MAX) for path in paths if path in self._stated)
        return next(filter(None, found), None)

    def _balance(self, codes: tuple[str, ...]) -> StatedBalance | None:
        values = next((self._balances[code] for code in codes if code in self._balances), None)
        if values is None or values.get("Bal/Amt@Ccy", self.currency) != self.currency:
            return None
        try:
            amount = amount_of(values.get("Bal/Amt", ""), "Amt")
        except RowFaultError:
            return None
        is_owed = values.get("Bal/CdtDbtInd", "").strip() == "DBIT"
        as_of = instant_of(values.get("Bal/Dt/Dt") or values.get("Bal/Dt/DtTm") or values.get("Bal/Dt", ""))
        return StatedBalance(amount=-amount if amount and is_owed else amount, as_of=as_of)

    def _day(self, path: str) -> date | None:
        try:
            return date_of(self._stated.get(path, "")[:10], path)
        except RowFaultError:
            return None


class CamtSkeleton:
    """Parses what stands around the entries, and knows the statement it is in."""

    def __init__(self) -> None:
        self.statement: CamtStatement | None = None
        self.ended: list[CamtStatement] = []
        self.statements = 0
        self._line = 1
        self._path: list[str] = []
        self._within = 0  # the depth of the statement
        self._text: list[str] = []
        self._values: dict[str, str] | None = None
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append

    def feed(self, line: int, text: str, *, is_last: bool = False) -> None:
        self._line += line - self._line - self._parser.CurrentLineNumber + 1 if text else 0
        try:
            self._parser.Parse(text, is_last)
        except expat.ExpatError as error:
            if is_last:
                detail = "The file is cut off: its closing elements are missing. Download it again."
                raise StatementRefusedError(StatementUnreadable(detail=detail)) from None
            raise not_well_formed(self._line + error.lineno - 1, expat.errors.messages[error.code]) from None

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self._path.append(name)
        self._text.clear()
        if len(self._path) > DEPTH_MAX:
            detail = f"The file nests deeper than {DEPTH_MAX} elements."
            raise StatementRefusedError(StatementUnreadable(detail=detail))
        if name in _STATEMENTS and not self._within:
            self._begin()
        elif name == "Bal" and len(self._path) == self._within + 1:
            self._values = {}
        if self._values is not None and "Ccy" in attributes:
            self._values["Bal/Amt@Ccy"] = attributes["Ccy"]

    def _begin(self) -> None:
        self.statements += 1
        if self.statements > STATEMENTS_MAX:
            detail = f"The file holds more than {STATEMENTS_MAX} statements."
            raise StatementRefusedError(StatementUnreadable(detail=detail))
        self._within = len(self._path)
        self.statement = CamtStatement(self.statements)

    def _end(self, _tag: str) -> None:
        depth, value = len(self._path), "".join(self._text).strip()
        self._text.clear()
        if self.statement and depth > self._within:
            path = "/".join(self._path[self._within :])
            if value and self._values is not None:
                self._values.setdefault(path, value)
            elif value:
                self.statement.state(path, value)
            if path == "Bal" and self._values is not None:
                self.statement.balance(self._values)
                self._values = None
        elif self.statement and depth == self._within:
            self.ended.append(self.statement)
            self.statement, self._within = None, 0
        self._path.pop()


def instant_of(raw: str) -> datetime | None:
    """An ISO 8601 date or time; without zone it is UTC."""
    try:
        instant = datetime.fromisoformat(raw.strip())
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
