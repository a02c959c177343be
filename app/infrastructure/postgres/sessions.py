"""Sessions and their refresh tokens in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.ids import SessionId, TokenId, UserId
from app.domain.identity.session import EndReason, RefreshToken, Session
from app.infrastructure.postgres.tables.identity import RefreshTokenRow, SessionRow


class _Sessions(SQLAlchemyAsyncRepository[SessionRow]):
    model_type = SessionRow


class _RefreshTokens(SQLAlchemyAsyncRepository[RefreshTokenRow]):
    model_type = RefreshTokenRow


class PostgresSessionRepository:
    """Implements `SessionRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = _Sessions(session=session, wrap_exceptions=False, auto_refresh=False)

    async def add(self, session: Session) -> None:
        await self._rows.add(
            SessionRow(
                id=session.id,
                user_id=session.user_id,
                device=session.device,
                ip_address=session.ip_address,
                user_agent=session.user_agent,
                created_at=session.created_at,
                last_seen_at=session.created_at,
                expires_at=session.expires_at,
                token_version=session.token_version,
            )
        )

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
        self._rows = _RefreshTokens(session=session, wrap_exceptions=False, auto_refresh=False)

    async def add(self, token: RefreshToken) -> None:
        await self._rows.add(
            RefreshTokenRow(
                id=token.id,
                session_id=token.session_id,
                secret_hash=token.secret_hash,
                issued_at=token.issued_at,
                expires_at=token.expires_at,
            )
        )

    async def session_of(self, secret_hash: bytes) -> tuple[SessionId, UserId] | None:
        owner = select(SessionRow.id, SessionRow.user_id).join(
            RefreshTokenRow, RefreshTokenRow.session_id == SessionRow.id
        )
        row = (await self._session.execute(owner.where(RefreshTokenRow.secret_hash == secret_hash))).one_or_none()
        return (SessionId(row.id), UserId(row.user_id)) if row else None

    async def get(self, secret_hash: bytes) -> RefreshToken | None:
        found = select(RefreshTokenRow).where(RefreshTokenRow.secret_hash == secret_hash)
        row = await self._session.scalar(found.execution_options(populate_existing=True))
        if row is None:
            return None
        return RefreshToken(
            id=TokenId(row.id),
            session_id=SessionId(row.session_id),
            secret_hash=row.secret_hash,
            issued_at=row.issued_at,
            expires_at=row.expires_at,
            used_at=row.used_at,
        )

    async def use(self, token: RefreshToken, at: datetime) -> None:
        await self._session.execute(update(RefreshTokenRow).where(RefreshTokenRow.id == token.id).values(used_at=at))


def _session(row: SessionRow) -> Session:
    return Session(
        id=SessionId(row.id),
        user_id=UserId(row.user_id),
        device=row.device,
        ip_address=str(row.ip_address) if row.ip_address else None,
        user_agent=row.user_agent,
        created_at=row.created_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        confirmed_until=row.confirmed_until,
        token_version=row.token_version,
    )
