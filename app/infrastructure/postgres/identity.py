"""Users, sessions and verification tokens in PostgreSQL."""

from datetime import datetime

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.ids import TokenId, UserId
from app.domain.identity.session import Session, VerificationToken
from app.domain.identity.user import Role, User
from app.infrastructure.postgres.errors import violated
from app.infrastructure.postgres.tables.identity import SessionRow, UserRow, VerificationTokenRow


class _Users(SQLAlchemyAsyncRepository[UserRow]):
    model_type = UserRow


class _Sessions(SQLAlchemyAsyncRepository[SessionRow]):
    model_type = SessionRow


class _VerificationTokens(SQLAlchemyAsyncRepository[VerificationTokenRow]):
    model_type = VerificationTokenRow


class PostgresUserRepository:
    """Implements `UserRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = _Users(session=session, wrap_exceptions=False, auto_refresh=False)

    async def add(self, user: User) -> bool:
        row = UserRow(
            id=user.id,
            email=user.email,
            password_hash=user.password_hash,
            roles=[*user.roles],
            is_active=user.is_active,
            verified_at=user.verified_at,
            created_at=user.created_at,
            updated_at=user.created_at,
        )
        try:
            async with self._session.begin_nested():
                await self._rows.add(row)
        except IntegrityError as error:
            if violated(error) != "uq_users_email":
                raise
            return False
        return True

    async def by_email(self, email: str) -> User | None:
        row = await self._rows.get_one_or_none(email=email)
        return _user(row) if row else None

    async def get(self, user_id: UserId) -> User | None:
        row = await self._rows.get_one_or_none(id=user_id)
        return _user(row) if row else None

    async def mark_verified(self, user_id: UserId, at: datetime) -> None:
        await self._session.execute(update(UserRow).where(UserRow.id == user_id).values(verified_at=at, updated_at=at))

    async def update_password_hash(self, user_id: UserId, password_hash: str) -> None:
        await self._session.execute(update(UserRow).where(UserRow.id == user_id).values(password_hash=password_hash))


class PostgresVerificationTokenRepository:
    """Implements `VerificationTokenRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = _VerificationTokens(session=session, wrap_exceptions=False, auto_refresh=False)

    async def add(self, token: VerificationToken) -> None:
        await self._rows.add(
            VerificationTokenRow(
                id=token.id, user_id=token.user_id, secret_hash=token.secret_hash, expires_at=token.expires_at
            )
        )

    async def consume(self, secret_hash: bytes) -> VerificationToken | None:
        taken = delete(VerificationTokenRow).where(VerificationTokenRow.secret_hash == secret_hash)
        row = await self._session.scalar(taken.returning(VerificationTokenRow))
        if row is None:
            return None
        return VerificationToken(
            id=TokenId(row.id), user_id=UserId(row.user_id), secret_hash=row.secret_hash, expires_at=row.expires_at
        )

    async def purge(self, before: datetime) -> int:
        expired = delete(VerificationTokenRow).where(VerificationTokenRow.expires_at < before)
        return len((await self._session.scalars(expired.returning(VerificationTokenRow.id))).all())


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
                ip_address=session.ip_address,
                user_agent=session.user_agent,
                created_at=session.created_at,
                expires_at=session.expires_at,
            )
        )

    async def purge(self, before: datetime) -> int:
        expired = delete(SessionRow).where(SessionRow.expires_at < before)
        return len((await self._session.scalars(expired.returning(SessionRow.id))).all())


def _user(row: UserRow) -> User:
    return User(
        id=UserId(row.id),
        email=row.email,
        password_hash=row.password_hash,
        roles=tuple(Role(role) for role in row.roles),
        is_active=row.is_active,
        verified_at=row.verified_at,
        created_at=row.created_at,
    )
