"""What a provider tells: accounts, transactions, holdings.

Rows are `Movement`s and `Position`s as statement files have them: signed from the holder's side, dated by the bank's
calendar. Ids are the provider's own and mean nothing outside their connection.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.core.errors import DomainError
from app.domain.imports.statement import Movement, Position, StatedBalance
from app.domain.ledger.account import AccountType


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAccount:
    """An account as the provider tells it.

    `id` is the provider's; `number` is the full number where it is told, for the fingerprint only; balances are signed
    from the holder's side (owed = negative).
    """

    id: str
    name: str
    type: AccountType
    currency: str
    institution: str | None = None
    number: str | None = field(default=None, repr=False)
    number_masked: str | None = None
    current: StatedBalance | None = None
    available: StatedBalance | None = None
    cash_value: Decimal | None = None
    holdings_value: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFault:
    """An account that could not be read this time, or with None some unnamed ones; the others go on."""

    account_id: str | None
    error: DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountListing:
    accounts: tuple[ProviderAccount, ...]
    faults: tuple[AccountFault, ...] = ()


# Not frozen: one for every row.
@dataclass(slots=True, kw_only=True)
class ProviderRow:
    """A transaction of an account. `pending_id` names the pending row that this one takes the place of."""

    account_id: str
    movement: Movement
    pending_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedRow:
    account_id: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionQuery:
    """Which transactions. Each feed reads its own part of it.

    Cursor feeds continue after `position` (None: from the beginning of the history, no further back than `starts_on`).
    Window feeds give every row booked from `starts_on` to `ends_on`, both included, all pending ones, and perhaps rows
    just outside; `position` is the next page of that same window. `account_id` is for account windows.
    """

    starts_on: date
    ends_on: date
    account_id: str | None = None
    position: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionPage:
    """Part of the answer. Ask again with `position` while `has_more`.

    Cursor feeds answer a `position` with every page: kept after the last one, it begins the next reading. Window feeds
    answer None with the last page. Only a window read to its end without a fault for the account tells that rows of it
    are gone. A page may be empty and have more.
    """

    rows: tuple[ProviderRow, ...]
    removed: tuple[RemovedRow, ...] = ()
    position: str | None = None
    has_more: bool = False
    faults: tuple[AccountFault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingListing:
    """All positions by account id. An account without any is there with none; a missing one was not read."""

    positions: Mapping[str, tuple[Position, ...]]
    faults: tuple[AccountFault, ...] = ()
