"""What syncs read, in PostgreSQL. Only the newest run of a sync may write."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import DomainError
from app.core.ids import AccountId, SyncId
from app.domain.connections.connection import ConnectionStatus
from app.domain.connections.reading import ProviderAccount
from app.domain.connections.reconciling import KnownRow
from app.domain.connections.sync import OPEN, LinkedAccount, Sync, SyncedAccount, SyncState
from app.domain.connections.windows import Window
from app.domain.ledger.account import canonical_number
from app.domain.protocols.ledger import AccountNumber
from app.infrastructure.postgres.connections import entity
from app.infrastructure.postgres.sync_queue import sync_of
from app.infrastructure.postgres.sync_statements import FINISH, HOLD, KNOWN_ACCOUNTS, KNOWN_ROWS, LINK_NUMBER, NOTE
from app.infrastructure.postgres.tables.connections import ConnectionAccountRow, ConnectionRow
from app.infrastructure.postgres.tables.syncs import SyncRow
from app.infrastructure.security.vault import KeyedAccountNumberVault


class PostgresSyncRepository:
    """Implements `SyncRepository`."""

    def __init__(self, session: AsyncSession, vault: KeyedAccountNumberVault) -> None:
        self._session = session
        self._vault = vault

    async def begin(self, sync_id: SyncId, now: datetime) -> Sync | None:
        begun = update(SyncRow).where(SyncRow.id == sync_id, SyncRow.state.in_(OPEN)).returning(SyncRow)
        values = {"state": SyncState.RUNNING, "run": SyncRow.run + 1, "started_at": now}
        row = await self._session.scalar(begun.values(**values))
        return sync_of(row) if row else None

    async def hold(self, sync: Sync) -> bool:
        return await self._session.scalar(HOLD, {"id": sync.id, "run": sync.run}) is not None

    async def known_accounts(self, sync: Sync) -> Mapping[str, LinkedAccount]:
        rows = await self._session.execute(KNOWN_ACCOUNTS, {"id": sync.connection_id})
        return {row.provider_id: linked(row) for row in rows}

    async def link(self, sync: Sync, account_id: AccountId, told: ProviderAccount) -> None:
        tie = {"user_id": sync.user_id, "account_id": account_id, "connection_id": sync.connection_id}
        await self._session.execute(insert(ConnectionAccountRow).values(provider_account_id=told.id, **tie))
        if told.number:
            number = AccountNumber(bank_code="", number=canonical_number(told.number), currency=told.currency)
            sealed = self._vault.seal(number, sync.user_id, account_id)
            fingerprint = self._vault.fingerprints(number)[0]
            await self._session.execute(LINK_NUMBER, tie | {"fingerprint": fingerprint, "sealed": sealed})

    async def known_rows(
        self, sync: Sync, account: LinkedAccount, scheme: str, names: Sequence[bytes], days: Window | None
    ) -> Mapping[bytes, KnownRow]:
        asked = {
            "account_id": account.account_id,
            "user_id": sync.user_id,
            "scheme": scheme,
            "names": [*names],
            "starts_on": days.starts_on if days else None,
            "ends_on": days.ends_on if days else None,
        }
        rows = await self._session.execute(KNOWN_ROWS, asked)
        return {row.identity: msgspec.convert(row, KnownRow, from_attributes=True) for row in rows}

    async def note(self, sync: Sync, synced: Sequence[SyncedAccount]) -> None:
        rows = [
            {
                "sync_id": sync.id,
                "account_id": one.account_id,
                "user_id": sync.user_id,
                "created": one.counts.new,
                "updated": one.counts.corrected,
                "removed": one.counts.removed,
                "unchanged": one.counts.duplicate,
                "error": told(one.error),
            }
            for one in sorted(synced, key=lambda one: one.account_id)
        ]
        if rows:
            await self._session.execute(NOTE, rows)

    async def read_through(self, sync: Sync, provider_ids: Sequence[str], day: date) -> None:
        row = ConnectionAccountRow
        mine = update(row).where(row.connection_id == sync.connection_id, row.provider_account_id.in_(provider_ids))
        await self._session.execute(mine.values(read_through=day))

    async def advance(self, sync: Sync, position: str | None) -> None:
        mine = update(ConnectionRow).where(ConnectionRow.id == sync.connection_id)
        await self._session.execute(mine.values(position=position))

    async def finish(self, sync: Sync, error: DomainError | None, now: datetime) -> SyncState | None:
        connection: ConnectionRow | None = await self._session.scalar(
            select(ConnectionRow).where(ConnectionRow.id == sync.connection_id).with_for_update(read=True)
        )
        action = entity(connection).user_action(now) if connection else None
        is_connected = connection is not None and connection.status != ConnectionStatus.DISCONNECTED
        ended = {"id": sync.id, "run": sync.run, "error": told(error), "now": now, "action": action}
        ended |= {"is_connected": is_connected}
        state = await self._session.scalar(FINISH, ended)
        return SyncState(state) if state else None


def linked(row: object) -> LinkedAccount:
    return msgspec.convert(row, LinkedAccount, from_attributes=True)


def told(error: DomainError | None) -> str | None:
    """An error as it is kept."""
    return msgspec.json.encode({"code": error.code, "detail": error.detail}).decode() if error else None
