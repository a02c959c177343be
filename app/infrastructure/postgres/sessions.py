"""Sessions and their refresh tokens in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.ids import SessionId, UserId
from app.domain.identity.session import EndReason, RefreshToken, Session
from app.infrastructure.postgres.rows import Rows, values
from app.infrastructure.postgres.tables.identity import RefreshTokenRow, SessionRow


class PostgresSessionRepository:
    """Implements `SessionRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = Rows(SessionRow, session)

    async def add(self, session: Session) -> None:
        await self._rows.add(SessionRow(**values(session), last_seen_at=session.created_at))

    async def get(self, session_id: SessionId) -> Session | None:
        row = await self._session.get(SessionRow, session_id, populate_existing=True)
        return _session(row) if row else None

    async def live(self, user_id: UserId, now: datetime) -> list[Session]:
        live = select(SessionRow).where(
            SessionRow.user_id == user_id, SessionRow.ended_at.is_(None), SessionRow.expires_at > now
        )
        return [_session(row) for row in await self._session.scalars(live)]

    async def end(self, session_ids: Sequence[SessionId], reason: EndReason, at: datetime) -> None:
        ended = update(SessionRow).where(SessionRow.id.in_(session_ids), SessionRow.ended_at.is_(None))
        await self._session.execute(ended.values(ended_at=at, end_reason=reason))

    async def confirm(self, session_id: SessionId, until: datetime) -> None:
        await self._change(session_id, confirmed_until=until)

    async def renew(self, session_id: SessionId, token_version: int, at: datetime) -> None:
        await self._change(session_id, token_version=token_version, last_seen_at=at)

    async def purge(self, before: datetime) -> int:
        expired = delete(SessionRow).where(SessionRow.expires_at < before)
        return len((await self._session.scalars(expired.returning(SessionRow.id))).all())

    async def _change(self, session_id: SessionId, **values: object) -> None:
        await self._session.execute(update(SessionRow).where(SessionRow.id == session_id).values(**values))


class PostgresRefreshTokenRepository:
    """Implements `RefreshTokenRepository`: every look-up goes by the unique index of the hash."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = Rows(RefreshTokenRow, session)

    async def add(self, token: RefreshToken) -> None:
        await self._rows.add(RefreshTokenRow(**values(token)))

    async def session_of(self, secret_hash: bytes) -> tuple[SessionId, UserId] | None:
        owner = select(SessionRow.id, SessionRow.user_id).join(
            RefreshTokenRow, RefreshTokenRow.session_id == SessionRow.id
        )
        row = (await self._session.execute(owner.where(RefreshTokenRow.secret_hash == secret_hash))).one_or_none()
        return (SessionId(row.id), UserId(row.user_id)) if row else None

    async def get(self, secret_hash: bytes) -> RefreshToken | None:
        found = select(RefreshTokenRow).where(RefreshTokenRow.secret_hash == secret_hash)
        row = await self._session.scalar(found.execution_options(populate_existing=True))
        return msgspec.convert(row, RefreshToken, from_attributes=True) if row else None

    async def use(self, token: RefreshToken, at: datetime) -> None:
        await self._session.execute(update(RefreshTokenRow).where(RefreshTokenRow.id == token.id).values(used_at=at))


def _session(row: SessionRow) -> Session:
    known = {name: getattr(row, name) for name in Session.__slots__}
    return Session(**known | {"ip_address": str(row.ip_address) if row.ip_address else None})
