"""What the API shows of accounts and transactions, and the port that reads it."""

from datetime import date
from decimal import Decimal
from typing import Literal, Protocol
from uuid import UUID

from app.application.fields import Currency, Instant
from app.application.registry import Immutable
from app.application.views import Listed, Money
from app.core.ids import AccountId, UserId
from app.core.paging import Rows, Window
from app.domain.ledger.account import AccountType
from app.domain.ledger.transaction import TransactionStatus, TransactionSubtype, TransactionType


class Balance(Immutable):
    current: Money | None
    available: Money | None
    as_of: Instant | None


class AccountSource(Immutable):
    """Where an account's data comes from: connections, the newest imports, and `manual` if its owner opened it."""

    kind: Literal["connection", "import", "manual"]
    id: UUID


class Freshness(Immutable):
    """How far the data can be trusted.

    `manual` is fed by files alone, `current` by syncs; no sync has succeeded for 36 hours if `stale`, as while the
    connection is paused; `failing` says that the last one did not, and `user_action` what helps.
    """

    state: Literal["manual", "current", "stale", "failing"]
    last_success_at: Instant | None
    data_as_of: Instant | None
    user_action: str | None


class AccountView(Immutable):
    id: UUID
    name: str
    type: AccountType
    institution: str | None
    number_masked: str | None
    currency: Currency
    balance: Balance
    is_liability: bool
    hidden: bool
    sources: list[AccountSource]
    freshness: Freshness
    created_at: Instant
    updated_at: Instant


class Security(Immutable):
    symbol: str | None
    name: str | None
    cusip: str | None
    isin: str | None


class TransactionView(Immutable):
    id: UUID
    account_id: UUID
    booked_on: date
    value_on: date | None
    transacted_at: Instant | None
    status: TransactionStatus
    type: TransactionType
    subtype: TransactionSubtype
    amount: Money
    description: str
    counterparty: str | None
    memo: str | None
    reference: str | None
    check_number: str | None
    original_amount: Money | None
    security: Security | None
    quantity: Decimal | None
    unit_price: Money | None
    fees: Money | None
    created_at: Instant
    updated_at: Instant


class AccountPage(Listed):
    accounts: list[AccountView]


class TransactionPage(Listed):
    transactions: list[TransactionView]


class LedgerReader(Protocol):
    """Reads the ledger for answers: one statement each, the owner in its WHERE clause."""

    async def accounts(self, user_id: UserId, window: Window) -> Rows:
        """The user's accounts as JSON of `AccountView`, in the order they were opened here."""

    async def account(self, user_id: UserId, account_id: AccountId) -> bytes | None:
        """One account as JSON of `AccountView`; None if there is none or it is somebody else's."""

    async def transactions(
        self, user_id: UserId, account_id: AccountId, window: Window, start_on: date | None, end_on: date | None
    ) -> Rows | None:
        """An account's transactions, newest first, booked between two days (both included).

        JSON of `TransactionView`; None if the account does not exist or is somebody else's.
        """
