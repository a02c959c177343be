"""Writing accounts and transactions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.core.ids import AccountId, ImportId, UserId
from app.domain.imports.statement import Movement, StatementClosed
from app.domain.imports.statement_import import MergeCounts
from app.domain.ledger.account import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNumber:
    """What tells an account from another: the bank's code if stated, the canonical number, the currency."""

    bank_code: str
    number: str
    currency: str


class AccountRepository(Protocol):
    """Accounts and the links by which statements find them."""

    async def find(self, user_id: UserId, number: AccountNumber) -> AccountId | None:
        """The account with that number.

        Whoever asks holds the user's numbers until the transaction ends, so that two imports cannot both open the
        account, nor wait for each other when their files name the same accounts in different order.
        """

    async def add(self, account: Account) -> None: ...

    async def link(self, user_id: UserId, account_id: AccountId, number: AccountNumber, import_id: ImportId) -> None:
        """Let statements with that number find the account from now on. The number is stored encrypted."""

    async def lock(self, account_id: AccountId) -> None:
        """Wait until no other transaction writes rows of this account; hold it until ours ends."""

    async def state(self, account_id: AccountId, closed: StatementClosed, at: datetime) -> None:
        """Note how new the statement's data are, and that they arrived at that instant."""


class TransactionRepository(Protocol):
    """Transactions, written many at a time. The caller holds `AccountRepository.lock` of every account it stages."""

    async def stage(
        self, user_id: UserId, account_id: AccountId, currency: str, rows: Sequence[tuple[bytes, Movement]]
    ) -> None:
        """Put rows, each with its identity, beside the ledger. They reach it with `merge`."""

    async def merge(self) -> Mapping[AccountId, MergeCounts]:
        """Bring all staged rows into the ledger: add what is new, correct what changed, leave the rest alone."""
