"""One statement of an MT940 file, over all its pages, or one report of MT942."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from app.domain.imports.statement import (
    RowFault,
    StatedBalance,
    StatementClosed,
    StatementOpened,
    StatementPart,
    StatementRefusedError,
    refused,
)
from app.domain.ledger.account import NO_CURRENCY, AccountType
from app.infrastructure.statements.mt940_rows import day_of, row_of, signed
from app.infrastructure.statements.row_values import ID_CHARACTERS_MAX, RowFaultError, text_of
from app.infrastructure.statements.swift_fields import END

_BALANCE = re.compile(r"\s*(R?[CD])(\d{6})?\s*([A-Z]{3})?([\d,. ]+)", re.ASCII)
_FLOOR = re.compile(r"\s*([A-Z]{3})", re.ASCII)
_NUMBER_AND_CURRENCY = re.compile(r"(.*\d)\s?([A-Z]{3})", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)
_ENDS_REPORT = frozenset({"90C", "90D", END})


class Mt940Statement:
    """`take` yields parts; a row waits for the field behind it."""

    def __init__(self, ordinal: int, account: str, tag: str, text: str) -> None:
        self._ordinal = ordinal
        self._account = account
        self._is_report = tag == "34F"
        self._opening, self._opened_on, currency = _balance_of("" if self._is_report else text)
        floor = _FLOOR.match(text) if self._is_report else None
        self._bank, self._number, suffixed = account_of(account)
        self._currency = currency or (floor[1] if floor else None) or suffixed or NO_CURRENCY
        self._current: StatedBalance | None = None
        self._available: StatedBalance | None = None
        self._closed_on: date | None = None
        self._rows = 0
        self._waiting: tuple[int, str] | None = None
        self._is_opened = False
        self._page = ""
        self.is_within = True  # a message that has not ended

    def goes_on(self, account: str, tag: str, text: str, line: int) -> bool:
        """Whether an opening balance or floor limit is this statement's next page or second limit."""
        if self.is_within and not (self._is_report and tag == "34F"):
            raise _cut_off(self._ordinal, line)
        if self.is_within:
            return True
        self.is_within = tag == "60M" and self._page == "62M" and account == self._account and self._meets(text)
        return self.is_within

    def take(self, line: int, tag: str, text: str) -> Iterator[StatementPart]:
        if tag in {"86", "NS", "25"} and self._waiting:
            yield from self._row((tag, text))
        elif tag not in {"86", "NS"}:
            yield from self._row(("", ""))
        if tag == "61" and self.is_within:
            self._waiting = line, text
        elif tag == "61":
            yield from self._stray(line)
        elif tag in {"62F", "62M"}:
            self._current, self._closed_on, _ = _balance_of(text)
            self._page, self.is_within = tag, False
        elif tag == "20":
            self.message_ends(line)
        elif tag == "64":
            self._available, _, _ = _balance_of(text)
        elif tag in _ENDS_REPORT and self._is_report:
            self.is_within = False

    def message_ends(self, line: int | None) -> None:
        """Another message begins on that line, or the file ends. Refuses a message that is cut off."""
        if self.is_within:
            raise _cut_off(self._ordinal, line)

    def closed(self) -> Iterator[StatementPart]:
        yield from self._row(("", ""))
        yield from self._begin()
        yield StatementClosed(
            opening=self._opening,
            current=self._current,
            available=self._available,
            starts_on=self._opened_on,
            ends_on=self._closed_on,
        )

    def _row(self, detail: tuple[str, str]) -> Iterator[StatementPart]:
        if self._waiting:
            (line, text), self._waiting = self._waiting, None
            self._rows += 1
            yield from self._begin()
            locator = f"statement {self._ordinal}, row {self._rows}, line {line}"
            yield row_of(text, detail, self._currency, locator)

    def _stray(self, line: int) -> Iterator[StatementPart]:
        self._rows += 1
        yield from self._begin()
        detail = "The row stands behind the closing balance, so that it may belong to any day."
        locator = f"statement {self._ordinal}, row {self._rows}, line {line}"
        yield RowFault(locator=locator, code="row_outside_statement", detail=detail)

    def _begin(self) -> Iterator[StatementPart]:
        if not self._is_opened:
            self._is_opened = True
            yield StatementOpened(
                locator=f"statement {self._ordinal}",
                type=AccountType.CHECKING,
                currency=self._currency,
                number=self._number,
                bank_code=self._bank,
            )

    def _meets(self, text: str) -> bool:
        opening, _, _ = _balance_of(text)
        return bool(opening and self._current and opening.amount == self._current.amount)


def account_of(stated: str) -> tuple[str | None, str | None, str | None]:
    """Bank code, number and currency of `:25:`: `IBAN`, `bank/number`, `BIC/number/EUR` or `numberEUR`.

    An IBAN goes without its bank, so that it is the same account wherever it is stated.
    """
    currency = None
    parts = [text_of(part, ID_CHARACTERS_MAX) for part in stated.split("\n", 1)[0].split("/")]
    if len(parts) > 1 and _CURRENCY.fullmatch(parts[-1]):
        currency = parts.pop()
    suffixed = _NUMBER_AND_CURRENCY.fullmatch(parts[-1])
    if suffixed and not currency:
        parts[-1], currency = suffixed[1], suffixed[2]
    bank, number = "/".join(parts[:-1]), parts[-1]
    is_iban = _IBAN.fullmatch(number.replace(" ", ""))
    return (None if is_iban else bank or None), number or None, currency


def _balance_of(text: str) -> tuple[StatedBalance | None, date | None, str | None]:
    """A balance, its day and its currency, each if it can be read."""
    parts = _BALANCE.match(text)
    if not parts:
        return None, None, None
    mark, digits, currency, stated = parts.groups()
    try:
        on = day_of(digits) if digits else None
    except RowFaultError:
        on = None
    try:
        amount = signed(stated.replace(" ", ""), mark, "balance")
    except RowFaultError:
        return None, on, currency
    return StatedBalance(amount=amount, as_of=datetime.combine(on, time(), UTC) if on else None), on, currency


def _cut_off(ordinal: int, line: int | None) -> StatementRefusedError:
    place = f"before line {line}" if line else "at the end of the file"
    return refused(f"Statement {ordinal} is cut off {place}: its closing balance or end is missing. Download it again.")
