"""Users in PostgreSQL."""

from datetime import datetime

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import any_, delete, func, literal, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.ids import UserId
from app.domain.identity.session import Tier
from app.domain.identity.user import Role, User
from app.infrastructure.postgres.errors import violated
from app.infrastructure.postgres.tables.events import PersonalDataRow
from app.infrastructure.postgres.tables.identity import UserRow


class _Users(SQLAlchemyAsyncRepository[UserRow]):
    model_type = UserRow


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
            name=user.name,
            roles=[*user.roles],
            tier=user.tier,
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
        return entity(row) if row else None

    async def hold(self, user_id: UserId) -> User | None:
        held = select(UserRow).where(UserRow.id == user_id).with_for_update(key_share=True)
        row = await self._session.scalar(held.execution_options(populate_existing=True))
        return entity(row) if row else None

    async def mark_verified(self, user_id: UserId, at: datetime) -> None:
        await self._change(user_id, at, verified_at=at)

    async def set_password(self, user_id: UserId, password_hash: str, at: datetime) -> None:
        await self._change(user_id, at, password_hash=password_hash)

    async def rename(self, user_id: UserId, name: str | None, at: datetime) -> None:
        await self._change(user_id, at, name=name)

    async def set_access(self, user: User, at: datetime) -> None:
        await self._change(user.id, at, roles=[*user.roles], tier=user.tier, is_active=user.is_active)

    async def any_admin(self) -> bool:
        admins = select(UserRow.id).where(literal(Role.ADMIN.value) == any_(UserRow.roles), UserRow.is_active)
        return await self._session.scalar(admins.limit(1).with_for_update(key_share=True)) is not None

    async def delete(self, user_id: UserId) -> None:
        email = await self._session.scalar(delete(UserRow).where(UserRow.id == user_id).returning(UserRow.email))
        said = or_(PersonalDataRow.user_id == user_id, func.lower(PersonalDataRow.data["email"].astext) == email)
        await self._session.execute(delete(PersonalDataRow).where(said))

    async def _change(self, user_id: UserId, at: datetime, **values: object) -> None:
        await self._session.execute(update(UserRow).where(UserRow.id == user_id).values(updated_at=at, **values))


def entity(row: UserRow) -> User:
    return User(
        id=UserId(row.id),
        email=row.email,
        password_hash=row.password_hash,
        name=row.name,
        roles=tuple(Role(role) for role in row.roles),
        tier=Tier(row.tier),
        is_active=row.is_active,
        verified_at=row.verified_at,
        created_at=row.created_at,
    )
