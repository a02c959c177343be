"""The statement of one account and currency in a CSV file, and what its running balances say of the whole.

Where every row's running balance follows from its neighbour's, oldest or newest first, the oldest row's gives the
opening and the newest row's the closing balance; where they do not, as in files sorted otherwise, neither is stated.
"""

from datetime import UTC, datetime, time
from decimal import Decimal

from app.domain.imports.statement import Movement, StatedBalance, StatementClosed, StatementOpened
from app.domain.ledger.account import AccountType
from app.domain.ledger.transaction import TransactionStatus


class CsvStatement:
    def __init__(self, ordinal: int, number: str | None, currency: str) -> None:
        self.ordinal = ordinal
        self.rows = 0
        self._number = number
        self._currency = currency
        self._first: Movement | None = None
        self._last: Movement | None = None
        self._oldest_first = True
        self._newest_first = True

    def opened(self, kind: AccountType, institution: str | None, layout: str) -> StatementOpened:
        return StatementOpened(
            locator=f"statement {self.ordinal}",
            type=kind,
            currency=self._currency,
            number=self._number,
            institution=institution,
            layout=layout,
        )

    def take(self, row: Movement) -> None:
        """Look at a row's running balance; pending rows have none that counts."""
        if row.status is TransactionStatus.PENDING:
            return
        balance, before = row.running_balance, self._last
        if balance is None:
            self._oldest_first = self._newest_first = False
        elif before is not None and before.running_balance is not None:
            self._oldest_first &= before.running_balance + row.amount == balance
            self._newest_first &= balance + before.amount == before.running_balance
        self._first = self._first or row
        self._last = row

    def closed(self) -> StatementClosed:
        if not self._first or not self._last or self._oldest_first is self._newest_first is False:
            return StatementClosed()
        oldest, newest = (self._first, self._last) if self._oldest_first else (self._last, self._first)
        if oldest.running_balance is None or newest.running_balance is None:
            return StatementClosed()
        return StatementClosed(
            opening=_balance(oldest.running_balance - oldest.amount, oldest),
            current=_balance(newest.running_balance, newest),
        )


def _balance(amount: Decimal, row: Movement) -> StatedBalance:
    return StatedBalance(amount=amount, as_of=datetime.combine(row.booked_on, time(), UTC))
