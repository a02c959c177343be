"""What transactions can be searched by, and the port that does."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from app.core.ids import AccountId, UserId
from app.core.paging import Rows, Window
from app.domain.ledger.transaction import TransactionStatus, TransactionSubtype, TransactionType


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionFilter:
    """All that is given must hold; both ends of a range are included.

    Amounts are signed: spending more than 100 is `amount_max` -100. `text` is looked for in a row's description,
    counterparty, memo, reference, check number and security, upper and lower case being the same. Without a status,
    removed rows are left out.
    """

    account_id: AccountId | None = None
    start_on: date | None = None
    end_on: date | None = None
    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    type: TransactionType | None = None
    subtype: TransactionSubtype | None = None
    status: TransactionStatus | None = None
    text: str | None = None


class TransactionSearch(Protocol):
    """Searches a user's transactions over all accounts with one statement."""

    async def transactions(self, user_id: UserId, wanted: TransactionFilter, window: Window) -> Rows | None:
        """JSON of `TransactionView`, newest first; None if an account is wanted that is not the user's."""
