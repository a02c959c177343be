"""Writing accounts and transactions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from app.core.ids import AccountId, ImportId, UserId
from app.domain.imports.statement import Movement, StatementClosed
from app.domain.imports.statement_import import MergeCounts
from app.domain.ledger.account import Account
from app.domain.ledger.row_matching import MatchedBy
from app.domain.ledger.source import DataSource, SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNumber:
    """What tells an account from another: the bank's code if stated, the canonical number, the currency."""

    bank_code: str
    number: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedAccounts:
    """Accounts that nothing tells of any more: those that left, and those that stay as their owner changed them."""

    removed: tuple[AccountId, ...] = ()
    kept: tuple[AccountId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDecision:
    """What became of a staged row. `transaction_id` is None where it is new or repeats a new one of the reading."""

    locator: str
    account_id: UUID
    booked_on: date
    amount: Decimal
    currency: str
    description: str
    transaction_id: UUID | None
    matched_by: MatchedBy
    is_changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    """A transaction that stays, with the newest source that told it after the one that was taken back."""

    transaction_id: UUID
    account_id: UUID
    source: DataSource


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsTakenBack:
    """Transactions that left, that went back to what other sources say, and that were told since.

    `kept_rows` names some of the last.
    """

    removed: int = 0
    restored: int = 0
    kept: int = 0
    kept_rows: tuple[KeptRow, ...] = ()


class AccountRepository(Protocol):
    """Accounts and the links by which statements find them."""

    async def find(self, user_id: UserId, number: AccountNumber) -> AccountId | None:
        """The account with that number.

        Whoever asks holds the user's numbers until the transaction ends, so that two imports cannot both open the
        account, nor wait for each other when their files name the same accounts in different order.
        """

    async def add(self, account: Account) -> None: ...

    async def change(
        self, user_id: UserId, account_id: AccountId, name: str | None, *, hidden: bool | None, at: datetime
    ) -> bool:
        """Change what is not None; False if there is no such account or it is somebody else's."""

    async def told_by(self, user_id: UserId, account_id: AccountId) -> Collection[SourceKind] | None:
        """What tells of the account; None if there is no such account or it is somebody else's."""

    async def remove(self, account_id: AccountId) -> None:
        """With all that is of it."""

    async def link(self, user_id: UserId, account_id: AccountId, number: AccountNumber, import_id: ImportId) -> None:
        """Let statements with that number find the account from now on. The number is stored encrypted."""

    async def currency(self, account_id: AccountId) -> str: ...

    async def lock(self, account_id: AccountId) -> None:
        """Wait until no other transaction writes rows of this account; hold it until ours ends."""

    async def tell(
        self, user_id: UserId, account_id: AccountId, source: DataSource, number: AccountNumber | None, at: datetime
    ) -> bool:
        """Note that the source tells of this account, and by which number: the account stays as long as one does.

        False if there is no such account any more.
        """

    async def state(self, account_id: AccountId, source: DataSource, closed: StatementClosed, at: datetime) -> None:
        """Note how new the statement's data are, and that they arrived at that instant."""

    async def lock_told(self, user_id: UserId, source_id: UUID) -> None:
        """As `lock`, for every account that the source tells of."""

    async def release(self, user_id: UserId, source_id: UUID) -> ReleasedAccounts:
        """Forget that the source told of accounts, once its rows are gone; they say what the other sources say.

        `source_id` is an import's, or the connection's whose syncs told of them.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSource:
    """Who tells rows of an account, in which currency.

    `scheme` is what gives rows their ids: a file format (`ofx`), or a connection (`connection:<id>`).
    """

    source: DataSource
    scheme: str
    user_id: UserId
    account_id: AccountId
    currency: str


class TransactionRepository(Protocol):
    """Transactions, written many at a time. The caller holds `AccountRepository.lock` of every account it stages.

    A row shows what its newest source says, among those of the scheme that told it first and, once it is posted, not of
    those that call it pending; so what is shown follows from the sources that are there.
    """

    async def stage(
        self,
        source: RowSource,
        rows: Sequence[tuple[bytes, Movement]],
        completes: Mapping[bytes, bytes] = MappingProxyType({}),
    ) -> None:
        """Put rows, each with its identity, beside the ledger. They reach it with `merge`.

        `completes` has the identities of posted rows with those of the pending rows whose place they take.
        """

    async def stage_removals(self, source: RowSource, identities: Sequence[bytes]) -> None:
        """Have `merge` mark rows that the source takes back; they stay, removed, unless another source tells them."""

    async def merge(self) -> Mapping[AccountId, MergeCounts]:
        """Bring all staged rows into the ledger: add what is new, correct what changed, leave the rest alone."""

    async def decisions(self, decisions_max: int) -> Sequence[RowDecision]:
        """What the last `merge` did with each row, in the order they were staged; so many at most."""

    async def take_back(self, user_id: UserId, source_ids: Sequence[UUID], kept_max: int) -> RowsTakenBack:
        """Undo what sources told: the ledger is as if they never had. A row leaves with its last source.

        The caller holds the accounts. At most `kept_max` of the kept rows are named.
        """
