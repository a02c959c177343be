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
from app.domain.ledger.security import AssetClass, Security, Side
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


def refused(detail: str) -> StatementRefusedError:
    return StatementRefusedError(StatementUnreadable(detail=detail))


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedBalance:
    """A balance as stated: the amount in the statement's currency, signed from the holder's side (owed = negative)."""

    amount: Decimal
    as_of: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementOpened:
    """A statement begins. `number` is None where the file names no account; `bank_code` is BANKID, BIC or the like.

    `layout` names which of its format's ways to say the same it is in, where there are several, as in CSV.
    """

    locator: str
    type: AccountType
    currency: str
    number: str | None
    bank_code: str | None = None
    institution: str | None = None
    layout: str = ""


# Readers make one for every row: to freeze it, or to give what may be missing by keyword and not as attributes
# afterwards, would cost more than to parse its amount.
@dataclass(slots=True)
class Movement:
    """One row. `bank_id` is the bank's own id for it (FITID), which may be missing or given to two different rows.

    `quantity` is signed as the holding changes (bought = positive), `fees` is never negative and part of `amount`.
    `running_balance` is the account's balance after the row, `raw` the row's own text, at most 2,000 characters.
    """

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
    security: Security | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    fees: Decimal | None = None
    running_balance: Decimal | None = None
    raw: str | None = None


# Not frozen, as movements.
@dataclass(slots=True, kw_only=True)
class Position:
    """A security held, as stated.

    `quantity` is never negative: `side` says long or short, and a short's values are negative. `price` is per unit in
    `currency`; `market_value` and `cost_basis_total` are of the whole position.
    """

    locator: str
    security: Security
    quantity: Decimal
    currency: str
    side: Side = Side.LONG
    asset_class: AssetClass = AssetClass.OTHER
    price: Decimal | None = None
    price_as_of: datetime | None = None
    market_value: Decimal | None = None
    cost_basis_total: Decimal | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """A row that cannot be taken: where it stands, a code and what is wrong with it. The other rows go on."""

    locator: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementClosed:
    """A statement ends, with what it says of the whole.

    `opening` is the balance before its first booked row and `current` the one after its last (closing, ledger);
    `cash_value` and `holdings_value` are an investment account's parts of `current`.
    """

    opening: StatedBalance | None = None
    current: StatedBalance | None = None
    available: StatedBalance | None = None
    cash_value: Decimal | None = None
    holdings_value: Decimal | None = None
    starts_on: date | None = None
    ends_on: date | None = None


type StatementPart = StatementOpened | Movement | Position | RowFault | StatementClosed
