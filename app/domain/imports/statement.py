"""What a statement file says, in the order it says it.

A reader yields, for each statement of the file: one `StatementOpened`, its `Movement`s and `RowFault`s, one
`StatementClosed`. Nothing is judged here: rows are as the bank wrote them, except that amounts are signed from the
account holder's side (negative = money out) and dates are the bank's calendar dates.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.core.errors import DomainError, Invalid, UnsupportedMedia
from app.domain.ledger.account import AccountType
from app.domain.ledger.transaction import TransactionStatus, TransactionSubtype, TransactionType


class StatementUnreadable(Invalid):
    """The file cannot be read as a statement."""


class StatementFormatUnknown(UnsupportedMedia):
    """This is no statement format Dashtam reads."""


class StatementRefusedError(Exception):
    """Carries the refusal of a whole file out of a reader."""

    def __init__(self, error: DomainError) -> None:
        super().__init__(error.detail)
        self.error = error


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedBalance:
    """A balance as stated: the amount in the statement's currency, signed from the holder's side (owed = negative)."""

    amount: Decimal
    as_of: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementOpened:
    """A statement begins. `number` is None where the file names no account; `bank_code` is BANKID, BIC or the like."""

    locator: str
    type: AccountType
    currency: str
    number: str | None
    bank_code: str | None = None
    institution: str | None = None


# Not frozen: readers make one for every row, and freezing would cost more than parsing its amount.
@dataclass(slots=True, kw_only=True)
class Movement:
    """One row. `bank_id` is the bank's own id for it (FITID), which may be missing or given to two different rows."""

    locator: str
    booked_on: date
    amount: Decimal
    type: TransactionType
    subtype: TransactionSubtype
    status: TransactionStatus = TransactionStatus.POSTED
    bank_id: str | None = None
    value_on: date | None = None
    transacted_at: datetime | None = None
    description: str = ""
    counterparty: str | None = None
    memo: str | None = None
    reference: str | None = None
    check_number: str | None = None
    original_amount: Decimal | None = None
    original_currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """A row that cannot be taken: where it stands, a code and what is wrong with it. The other rows go on."""

    locator: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementClosed:
    """A statement ends, with what it says of the whole."""

    current: StatedBalance | None = None
    available: StatedBalance | None = None
    starts_on: date | None = None
    ends_on: date | None = None


type StatementPart = StatementOpened | Movement | RowFault | StatementClosed
