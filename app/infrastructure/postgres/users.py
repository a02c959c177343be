"""Users in PostgreSQL."""

from datetime import datetime

import msgspec
from sqlalchemy import any_, delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.ids import UserId
from app.domain.identity.user import Role, User
from app.infrastructure.postgres.rows import Rows, values
from app.infrastructure.postgres.tables.events import PersonalDataRow
from app.infrastructure.postgres.tables.identity import UserRow


class PostgresUserRepository:
    """Implements `UserRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = Rows(UserRow, session)

    async def add(self, user: User) -> bool:
        adding = insert(UserRow).values(**values(user), updated_at=user.created_at)
        added = adding.on_conflict_do_nothing(constraint="uq_users_email").returning(UserRow.id)
        return await self._session.scalar(added) is not None

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
    return msgspec.convert(row, User, from_attributes=True)
