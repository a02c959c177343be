"""Accounts and imports in memory."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.core.ids import AccountId, ImportId, UserId
from app.domain.imports.statement import StatementClosed
from app.domain.imports.statement_import import StatementImport
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
