"""How to read a CSV file that no preset knows: what its owner says of its columns.

A column is named by its heading, compared without case and outer spaces, or by its number from 1 where the file has
no headings. `amount` is signed as `sign` says; `debit` (out) and `credit` (in) are read without their sign.
"""

from dataclasses import dataclass, fields
from enum import StrEnum

from app.core.errors import FieldError
from app.domain.ledger.account import AccountType

COLUMN_CHARACTERS_MAX = 100
SKIPPED_LINES_MAX = 100


class DateOrder(StrEnum):
    """What comes first in a date, whatever stands between the parts; months may be English words."""

    YEAR_FIRST = "year_first"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class AmountSign(StrEnum):
    """Which amounts are money out."""

    NEGATIVE_IS_OUT = "negative_is_out"
    POSITIVE_IS_OUT = "positive_is_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvMapping:
    """`date` and either `amount` or `debit` and `credit` are columns it cannot do without.

    `delimiter` None means the one of `,;|` and tab that the headings have most of. `skip_lines` is counted before the
    headings. `currency` stands where no column `currency_code` does. Rows whose `status` is one of `skipped_statuses`
    are left out, and pending if it is one of `pending_statuses` (compared without case).
    """

    date: str
    date_order: DateOrder
    description: tuple[str, ...] = ()
    amount: str | None = None
    debit: str | None = None
    credit: str | None = None
    sign: AmountSign = AmountSign.NEGATIVE_IS_OUT
    decimal_comma: bool = False
    delimiter: str | None = None
    skip_lines: int = 0
    has_headings: bool = True
    account_type: AccountType = AccountType.OTHER
    currency: str | None = None
    account_number: str | None = None
    currency_code: str | None = None
    value_date: str | None = None
    counterparty: str | None = None
    memo: str | None = None
    reference: str | None = None
    bank_id: str | None = None
    check_number: str | None = None
    kind: str | None = None
    status: str | None = None
    pending_statuses: tuple[str, ...] = ("pending",)
    skipped_statuses: tuple[str, ...] = ()
    running_balance: str | None = None
    original_amount: str | None = None
    original_currency: str | None = None
    symbol: str | None = None
    security_name: str | None = None
    isin: str | None = None
    cusip: str | None = None
    quantity: str | None = None
    unit_price: str | None = None
    fees: tuple[str, ...] = ()

    def columns(self) -> dict[str, str]:
        """The column behind each field that names one; of several, each as `field/0`, `field/1`."""
        named: dict[str, str] = {}
        for name in COLUMNS:
            value = getattr(self, name)
            if isinstance(value, tuple):
                named |= {f"{name}/{index}": column for index, column in enumerate(value)}
            elif value is not None:
                named[name] = value
        return named

    def faults(self) -> tuple[FieldError, ...]:
        """What keeps the mapping from being used: none when it is sound."""
        return (*self._column_faults(), *self._amount_faults(), *self._form_faults())

    def _column_faults(self) -> list[FieldError]:
        faults = []
        for field, column in self.columns().items():
            if not 0 < len(column.strip()) <= COLUMN_CHARACTERS_MAX:
                detail = f"Give the column's heading, of at most {COLUMN_CHARACTERS_MAX} characters."
                faults.append(FieldError(field=f"/{field}", code="column_invalid", detail=detail))
            elif not self.has_headings and not (column.isascii() and column.isdigit() and int(column) > 0):
                detail = "Without headings, give the column's number: 1 is the first."
                faults.append(FieldError(field=f"/{field}", code="column_invalid", detail=detail))
        return faults

    def _amount_faults(self) -> list[FieldError]:
        if (self.amount is None) == (self.debit is None and self.credit is None):
            detail = "Name the column of the amount, or those of debits and credits, but not both."
            return [FieldError(field="/amount", code="amount_columns_invalid", detail=detail)]
        return []

    def _form_faults(self) -> list[FieldError]:
        faults = []
        if self.delimiter is not None and (len(self.delimiter) != 1 or self.delimiter in '"\r\n'):
            detail = "The delimiter is one character, and neither a quote nor a line break."
            faults.append(FieldError(field="/delimiter", code="delimiter_invalid", detail=detail))
        if not 0 <= self.skip_lines <= SKIPPED_LINES_MAX:
            detail = f"From 0 to {SKIPPED_LINES_MAX} lines can be skipped."
            faults.append(FieldError(field="/skip_lines", code="skip_lines_invalid", detail=detail))
        if self.currency is not None and not (len(self.currency) == 3 and self.currency.isalpha()):  # noqa: PLR2004 -- ISO 4217
            detail = "A currency is three letters, as in ISO 4217."
            faults.append(FieldError(field="/currency", code="currency_invalid", detail=detail))
        return faults


_NO_COLUMNS = frozenset(
    {"date_order", "sign", "decimal_comma", "delimiter", "skip_lines", "has_headings", "account_type", "currency"}
    | {"pending_statuses", "skipped_statuses"},
)
COLUMNS = tuple(field.name for field in fields(CsvMapping) if field.name not in _NO_COLUMNS)
