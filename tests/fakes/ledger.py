"""Accounts and imports in memory."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from app.core.ids import AccountId, ImportId, UserId
from app.domain.imports.statement import StatementClosed
from app.domain.imports.statement_import import ImportState, StatementImport
from app.domain.ledger.account import Account
from app.domain.ledger.source import DataSource, SourceKind
from app.domain.protocols.ledger import AccountNumber, ReleasedAccounts
from app.domain.protocols.ownership import Owned


@dataclass
class FakeAccountRepository:
    """Implements `AccountRepository`; remembers what was locked and stated."""

    accounts: dict[AccountId, Account] = field(default_factory=dict)
    links: dict[tuple[UserId, AccountNumber], AccountId] = field(default_factory=dict)
    locked: list[AccountId] = field(default_factory=list)
    stated: list[tuple[AccountId, StatementClosed]] = field(default_factory=list)
    told: dict[DataSource, set[AccountId]] = field(default_factory=dict)

    async def find(self, user_id: UserId, number: AccountNumber) -> AccountId | None:
        return self.links.get((user_id, number))

    async def add(self, account: Account) -> None:
        self.accounts[account.id] = account

    async def change(
        self,
        user_id: UserId,
        account_id: AccountId,
        name: str | None,
        *,
        hidden: bool | None,  # noqa: ARG002  # an account as it is when opened is never hidden
        at: datetime,  # noqa: ARG002  # the port's
    ) -> bool:
        known = self.accounts.get(account_id)
        if known is None or known.user_id != user_id:
            return False
        self.accounts[account_id] = replace(known, name=name or known.name)
        return True

    async def told_by(self, user_id: UserId, account_id: AccountId) -> Collection[SourceKind] | None:
        known = self.accounts.get(account_id)
        if known is None or known.user_id != user_id:
            return None
        return {source.kind for source, accounts in self.told.items() if account_id in accounts}

    async def remove(self, account_id: AccountId) -> None:
        del self.accounts[account_id]

    async def link(self, user_id: UserId, account_id: AccountId, number: AccountNumber, import_id: ImportId) -> None:  # noqa: ARG002  # the port's
        self.links[user_id, number] = account_id

    async def currency(self, account_id: AccountId) -> str:
        return self.accounts[account_id].currency

    async def lock(self, account_id: AccountId) -> None:
        self.locked.append(account_id)

    async def tell(
        self,
        user_id: UserId,  # noqa: ARG002  # the port's
        account_id: AccountId,
        source: DataSource,
        number: AccountNumber | None,  # noqa: ARG002  # the port's
        at: datetime,  # noqa: ARG002  # the port's
    ) -> bool:
        if account_id not in self.accounts:
            return False
        self.told.setdefault(source, set()).add(account_id)
        return True

    async def state(
        self,
        account_id: AccountId,
        source: DataSource,  # noqa: ARG002  # the port's
        closed: StatementClosed,
        at: datetime,  # noqa: ARG002  # the port's
    ) -> None:
        self.stated.append((account_id, closed))

    async def lock_told(self, user_id: UserId, source_id: UUID) -> None:  # noqa: ARG002  # the port's
        told = [accounts for source, accounts in self.told.items() if source.id == source_id]
        self.locked += sorted(set[AccountId]().union(*told))

    async def release(self, user_id: UserId, source_id: UUID) -> ReleasedAccounts:  # noqa: ARG002  # the port's
        gone = [self.told.pop(source) for source in [*self.told] if source.id == source_id]
        released = set[AccountId]().union(*gone).difference(*self.told.values())
        for account_id in released:
            del self.accounts[account_id]
        return ReleasedAccounts(removed=tuple(sorted(released)))


@dataclass
class FakeImportRepository:
    """Implements `ImportRepository`."""

    imports: list[StatementImport] = field(default_factory=list)
    undone: set[ImportId] = field(default_factory=set)

    async def add(self, statement_import: StatementImport) -> None:
        self.imports.append(statement_import)

    async def state(self, user_id: UserId, import_id: ImportId) -> ImportState | None:
        if import_id in self.undone:
            return ImportState.UNDONE
        mine = (one for one in self.imports if (one.user_id, one.id) == (user_id, import_id))
        return next((one.state for one in mine), None)

    async def mark_undone(self, import_id: ImportId) -> None:
        self.undone.add(import_id)


@dataclass
class FakeOwnershipReader:
    """Implements `OwnershipReader`."""

    owners: dict[tuple[Owned, UUID], UserId] = field(default_factory=dict)

    async def owner(self, kind: Owned, thing: UUID) -> UserId | None:
        return self.owners.get((kind, thing))
