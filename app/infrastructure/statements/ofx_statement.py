"""One statement of an OFX file: its account, balances and period, from values that may come in any order."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from app.domain.imports.statement import (
    Movement,
    Position,
    RowFault,
    StatedBalance,
    StatementClosed,
    StatementOpened,
    StatementPart,
)
from app.domain.ledger.account import NO_CURRENCY, AccountType
from app.infrastructure.statements.ofx_rows import OfxRow, RowPlace, movement_of
from app.infrastructure.statements.row_values import (
    ID_CHARACTERS_MAX,
    RowFaultError,
    amount_of,
    currency_of,
    date_of,
    instant_of,
    text_of,
)

# The aggregates whose values count, by what they are called here.
SECTIONS: Mapping[str, str] = {
    "BANKACCTFROM": "account",
    "CCACCTFROM": "account",
    "INVACCTFROM": "account",
    "BANKTRANLIST": "period",
    "INVTRANLIST": "period",
    "BANKTRANLISTP": "pending",
    "LEDGERBAL": "current",
    "AVAILBAL": "available",
    "STATUS": "status",
    "FI": "bank",
    "INVPOSLIST": "positions",
    "INVBAL": "cash",
    "INVOOLIST": "orders",
    "INV401K": "plan",
    "INV401KBAL": "plan",
    "SECLIST": "securities",
}
_WANTED = frozenset(
    {("", "CURDEF"), ("", "DTASOF"), ("cash", "AVAILCASH"), ("period", "DTSTART"), ("period", "DTEND")}
    | {("account", name) for name in ("BANKID", "BROKERID", "BRANCHID", "ACCTID", "ACCTTYPE")}
    | {(section, name) for section in ("current", "available") for name in ("BALAMT", "DTASOF")},
)
_BANK_ACCOUNTS: Mapping[str, AccountType] = {
    "CHECKING": AccountType.CHECKING,
    "SAVINGS": AccountType.SAVINGS,
    "MONEYMRKT": AccountType.MONEY_MARKET,
    "CREDITLINE": AccountType.LINE_OF_CREDIT,
    "CD": AccountType.CD,
    "CREDITCARD": AccountType.CREDIT_CARD,  # no value of OFX, but exporters write it
}


class OfxStatement:
    """Collects what is stated; the caller opens it before the first row and closes it once."""

    def __init__(self, ordinal: int, aggregate: str, institution: str | None) -> None:
        self.ordinal = ordinal
        self.rows = 0
        self._aggregate = aggregate
        self._institution = institution
        self._stated: dict[tuple[str, str], str] = {}
        self._place = RowPlace(AccountType.OTHER, NO_CURRENCY)
        self.is_opened = False
        self._holdings: Decimal | None = None

    def state(self, section: str, name: str, value: str) -> None:
        if (section, name) in _WANTED:
            self._stated.setdefault((section, name), value)

    def next_row(self, line: int) -> tuple[str, str]:
        """The currency and the locator of the record that comes next."""
        return self._place.currency, f"statement {self.ordinal}, row {self.rows + 1}, line {line}"

    def count(self, part: StatementPart) -> None:
        self.rows += 1
        if isinstance(part, Position):
            self._holdings = (self._holdings or Decimal(0)) + (part.market_value or 0)
            part.as_of = instant_of(self._stated.get(("", "DTASOF"), ""), zone_required=False) or part.as_of

    def opened(self, row_currency: str) -> StatementOpened:
        stated_currency = self._stated.get(("", "CURDEF"), "")
        currency = currency_of(stated_currency) or currency_of(row_currency) or NO_CURRENCY
        self._place = RowPlace(self._type(), currency)
        self.is_opened = True
        bank = self._account("BANKID") or self._account("BROKERID")
        return StatementOpened(
            locator=f"statement {self.ordinal}",
            type=self._place.account,
            currency=currency,
            number=self._account("ACCTID"),
            bank_code="/".join(filter(None, (bank, self._account("BRANCHID")))) or None,
            institution=self._institution,
        )

    def row(self, row: OfxRow, line: int) -> Movement | RowFault:
        self.rows += 1
        locator = f"statement {self.ordinal}, row {self.rows}, line {line}"
        try:
            return movement_of(row, self._place, locator)
        except RowFaultError as fault:
            return RowFault(locator=locator, code=fault.code, detail=fault.detail)

    def closed(self) -> StatementClosed:
        cash = self._amount(("cash", "AVAILCASH"))
        return StatementClosed(
            current=self._balance("current") or self._worth(cash),
            cash_value=cash,
            holdings_value=self._holdings,
            available=self._balance("available"),
            starts_on=self._day("DTSTART"),
            ends_on=self._day("DTEND"),
        )

    def _type(self) -> AccountType:
        if self._aggregate == "CCSTMTRS":
            return AccountType.CREDIT_CARD
        if self._aggregate == "INVSTMTRS":
            return AccountType.BROKERAGE
        return _BANK_ACCOUNTS.get((self._account("ACCTTYPE") or "").upper(), AccountType.OTHER)

    def _account(self, name: str) -> str | None:
        return text_of(self._stated.get(("account", name), ""), ID_CHARACTERS_MAX) or None

    def _worth(self, cash: Decimal | None) -> StatedBalance | None:
        """What an investment account is worth in all, if it states what it holds."""
        if self._holdings is None:
            return None
        as_of = instant_of(self._stated.get(("", "DTASOF"), ""), zone_required=False)
        return StatedBalance(amount=self._holdings + (cash or 0), as_of=as_of)

    def _amount(self, place: tuple[str, str]) -> Decimal | None:
        try:
            return amount_of(self._stated.get(place, ""), place[1])
        except RowFaultError:
            return None

    def _balance(self, section: str) -> StatedBalance | None:
        amount = self._amount((section, "BALAMT"))
        if amount is None:
            return None
        as_of = instant_of(self._stated.get((section, "DTASOF"), ""), zone_required=False)
        return StatedBalance(amount=amount, as_of=as_of)

    def _day(self, name: str) -> date | None:
        try:
            return date_of(self._stated.get(("period", name), ""), name)
        except RowFaultError:
            return None
