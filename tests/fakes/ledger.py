"""Accounts, transactions and imports in memory."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from app.core.ids import AccountId, ImportId, UserId
from app.domain.imports.statement import Movement, StatementClosed
from app.domain.imports.statement_import import MergeCounts, StatementImport
from app.domain.ledger.account import Account
from app.domain.protocols.ledger import AccountNumber
from app.domain.protocols.ownership import Owned


@dataclass
class FakeAccountRepository:
    """Implements `AccountRepository`; remembers what was locked and stated."""

    accounts: dict[AccountId, Account] = field(default_factory=dict)
    links: dict[tuple[UserId, AccountNumber], AccountId] = field(default_factory=dict)
    locked: list[AccountId] = field(default_factory=list)
    stated: list[tuple[AccountId, StatementClosed]] = field(default_factory=list)

    async def find(self, user_id: UserId, number: AccountNumber) -> AccountId | None:
        return self.links.get((user_id, number))

    async def add(self, account: Account) -> None:
        self.accounts[account.id] = account

    async def link(self, user_id: UserId, account_id: AccountId, number: AccountNumber, import_id: ImportId) -> None:  # noqa: ARG002  # the port's
        self.links[user_id, number] = account_id

    async def lock(self, account_id: AccountId) -> None:
        self.locked.append(account_id)

    async def state(self, account_id: AccountId, closed: StatementClosed, at: datetime) -> None:  # noqa: ARG002  # the port's
        self.stated.append((account_id, closed))


@dataclass
class FakeTransactionRepository:
    """Implements `TransactionRepository`."""

    rows: dict[tuple[AccountId, bytes], Movement] = field(default_factory=dict)
    staged: list[tuple[AccountId, bytes, Movement]] = field(default_factory=list)

    async def stage(
        self,
        user_id: UserId,  # noqa: ARG002  # the port's
        account_id: AccountId,
        currency: str,  # noqa: ARG002  # the port's
        rows: Sequence[tuple[bytes, Movement]],
    ) -> None:
        self.staged += [(account_id, identity, movement) for identity, movement in rows]

    async def merge(self) -> Mapping[AccountId, MergeCounts]:
        counts = {account_id: Counter[str]() for account_id, _, _ in self.staged}
        merged: set[tuple[AccountId, bytes]] = set()
        for account_id, identity, movement in self.staged:
            key, known = (account_id, identity), self.rows.get((account_id, identity))
            bare = replace(movement, locator="")
            outcome = "duplicate" if key in merged or known == bare else "corrected" if known else "new"
            counts[account_id][outcome] += 1
            if key not in merged:
                self.rows[key] = bare
            merged.add(key)
        self.staged.clear()
        return {account_id: MergeCounts(**count) for account_id, count in counts.items()}


@dataclass
class FakeImportRepository:
    """Implements `ImportRepository`."""

    imports: list[StatementImport] = field(default_factory=list)

    async def add(self, statement_import: StatementImport) -> None:
        self.imports.append(statement_import)


@dataclass
class FakeOwnershipReader:
    """Implements `OwnershipReader`."""

    owners: dict[tuple[Owned, UUID], UserId] = field(default_factory=dict)

    async def owner(self, kind: Owned, thing: UUID) -> UserId | None:
        return self.owners.get((kind, thing))
