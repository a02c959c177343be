"""Accounts and their links in PostgreSQL."""

from collections.abc import Collection
from datetime import UTC, datetime, time
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.ids import AccountId, ImportId, UserId
from app.domain.imports.statement import StatementClosed
from app.domain.ledger.account import Account, account_name
from app.domain.ledger.source import DataSource, SourceKind
from app.domain.protocols.ledger import AccountNumber, ReleasedAccounts
from app.infrastructure.postgres.account_statements import RELEASE, RELINK, STATE, TELL, TOLD, UNLINK, UNTIE, UNTOLD
from app.infrastructure.postgres.rows import Rows, hold, values
from app.infrastructure.postgres.tables.ledger import AccountLinkRow, AccountRow
from app.infrastructure.postgres.tables.sources import AccountSourceRow
from app.infrastructure.security.vault import KeyedAccountNumberVault


class PostgresAccountRepository:
    """Implements `AccountRepository`."""

    def __init__(self, session: AsyncSession, vault: KeyedAccountNumberVault) -> None:
        self._session = session
        self._vault = vault
        self._rows = Rows(AccountRow, session)
        self._links = Rows(AccountLinkRow, session)

    async def find(self, user_id: UserId, number: AccountNumber) -> AccountId | None:
        await hold(self._session, f"numbers of {user_id}")
        fingerprints = self._vault.fingerprints(number)
        link = select(AccountLinkRow.account_id).where(
            AccountLinkRow.user_id == user_id, AccountLinkRow.fingerprint.in_(fingerprints)
        )
        found = await self._session.scalar(link.limit(1))
        return AccountId(found) if found else None

    async def add(self, account: Account) -> None:
        row = AccountRow(**values(account), opened_as=account.name, updated_at=account.created_at)
        await self._rows.add(row)

    async def change(
        self, user_id: UserId, account_id: AccountId, name: str | None, *, hidden: bool | None, at: datetime
    ) -> bool:
        wanted = {column: value for column, value in (("name", name), ("hidden", hidden)) if value is not None}
        # Without a wish the row is still locked, as for any change, and stays as it is.
        stamp = {"updated_at": at} if wanted else {"updated_at": AccountRow.updated_at}
        mine = update(AccountRow).where(AccountRow.id == account_id, AccountRow.user_id == user_id)
        return bool(await self._session.scalar(mine.values(wanted | stamp).returning(AccountRow.id)))

    async def told_by(self, user_id: UserId, account_id: AccountId) -> Collection[SourceKind] | None:
        mine = select(AccountRow.id).where(AccountRow.id == account_id, AccountRow.user_id == user_id)
        if await self._session.scalar(mine) is None:
            return None
        told = select(AccountSourceRow.source).where(AccountSourceRow.account_id == account_id)
        return {SourceKind(kind) for kind in await self._session.scalars(told)}

    async def remove(self, account_id: AccountId) -> None:
        await self._session.execute(delete(AccountRow).where(AccountRow.id == account_id))

    async def link(self, user_id: UserId, account_id: AccountId, number: AccountNumber, import_id: ImportId) -> None:
        await self._links.add(
            AccountLinkRow(
                user_id=user_id,
                account_id=account_id,
                import_id=import_id,
                fingerprint=self._vault.fingerprints(number)[0],
                number_encrypted=self._vault.seal(number, user_id, account_id),
            )
        )

    async def currency(self, account_id: AccountId) -> str:
        return (await self._rows.get_one(id=account_id)).currency

    async def lock(self, account_id: AccountId) -> None:
        await hold(self._session, f"account {account_id}")

    async def tell(
        self, user_id: UserId, account_id: AccountId, source: DataSource, number: AccountNumber | None, at: datetime
    ) -> bool:
        told = {"user_id": user_id, "account_id": account_id, "source": source.kind, "source_id": source.id, "at": at}
        fingerprints = self._vault.fingerprints(number)[:1] if number else []
        return await self._session.scalar(TELL, told | {"fingerprints": [*fingerprints]}) is not None

    async def state(self, account_id: AccountId, source: DataSource, closed: StatementClosed, at: datetime) -> None:
        as_of = closed.current.as_of if closed.current else None
        ends_at = datetime.combine(closed.ends_on, time(), UTC) if closed.ends_on else None
        newest = max((known for known in (as_of, ends_at) if known), default=None)
        stated = {"account_id": account_id, "source_id": source.id, "as_of": newest, "at": at}
        await self._session.execute(STATE, stated)

    async def lock_told(self, user_id: UserId, source_id: UUID) -> None:
        await hold(self._session, f"numbers of {user_id}")
        told = await self._session.scalars(TOLD, {"user_id": user_id, "source_id": source_id})
        for account_id in told.all():
            await self.lock(account_id)

    async def release(self, user_id: UserId, source_id: UUID) -> ReleasedAccounts:
        which = {"user_id": user_id, "source_id": source_id}
        for statement in (UNTIE, RELINK, UNLINK):
            await self._session.execute(statement, which)
        released = [*await self._session.scalars(RELEASE, which)]
        untold = (await self._session.execute(UNTOLD, {"ids": released})).all()
        changed = [
            one.id
            for one in untold
            if one.hidden or one.name != (one.opened_as or account_name(one.type, one.institution))
        ]
        left = [one.id for one in untold if one.id not in changed]
        await self._session.execute(delete(AccountRow).where(AccountRow.id.in_(left)))
        return ReleasedAccounts(removed=tuple(left), kept=tuple(changed))
