"""Rows that are stored encrypted, moved from older keys to the current one."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.protocols.secrets import KeyRing
from app.infrastructure.security.sealing import SealBrokenError, prefix, seal, unseal

# Rows of keys that the ring has are taken in order; those of keys it lacks cannot be opened and are only counted.
CREDENTIALS = """
    select id, credentials as sealed, uuid_send(id) || uuid_send(user_id) as bound from connections
    where credentials is not null
        and substring(credentials from 1 for length(cast(:current as bytea))) <> cast(:current as bytea)
    order by id limit 1000 for update
"""
NUMBERS = """
    select id, number_encrypted as sealed, uuid_send(user_id) || uuid_send(account_id) as bound from account_links
    where substring(number_encrypted from 1 for length(cast(:current as bytea))) <> cast(:current as bytea)
    order by id limit 1000 for update
"""
STORES = (
    (CREDENTIALS, text("update connections set credentials = :sealed where id = :id")),
    (NUMBERS, text("update account_links set number_encrypted = :sealed where id = :id")),
)


class PostgresSealedRows:
    """Implements `SealedRows`."""

    def __init__(self, session: AsyncSession, ring: KeyRing) -> None:
        self._session = session
        self._ring = ring

    async def renew(self, limit: int) -> tuple[int, int]:
        current, done, broken = prefix(self._ring.current.id), 0, 0
        for select, update in STORES:
            rows = await self._session.execute(text(select), {"current": current})
            for row in rows:
                if done == limit:
                    break
                try:
                    content = unseal(self._ring, row.sealed, row.bound)
                except SealBrokenError:
                    broken += 1
                    continue
                await self._session.execute(update, {"id": row.id, "sealed": seal(self._ring, content, row.bound)})
                done += 1
        return done, broken
