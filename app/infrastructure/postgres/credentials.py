"""What is needed to check who somebody is: credentials, failures, versions, tokens sent by mail."""

import hmac
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import delete, func, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.ids import UserId
from app.domain.identity.lockout import LoginFailures
from app.domain.identity.session import MailToken, MailTokenKind, RequiredVersion
from app.domain.identity.user import User
from app.domain.protocols.secrets import KeyRing
from app.infrastructure.postgres.rows import Rows, values
from app.infrastructure.postgres.tables.identity import LoginFailureRow, MailTokenRow, SecurityConfigRow, UserRow
from app.infrastructure.postgres.users import entity


class PostgresCredentialReader:
    """Implements `CredentialReader`: each read is a transaction of its own, given back before a password is hashed."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    async def by_email(self, email: str) -> User | None:
        async with AsyncSession(self._engine) as session:
            row = await session.scalar(select(UserRow).where(UserRow.email == email))
            return entity(row) if row else None

    async def by_id(self, user_id: UserId) -> User | None:
        async with AsyncSession(self._engine) as session:
            row = await session.get(UserRow, user_id)
            return entity(row) if row else None


class PostgresLoginFailureRepository:
    """Implements `LoginFailureRepository`; addresses are kept as HMAC-SHA-256."""

    def __init__(self, session: AsyncSession, ring: KeyRing) -> None:
        self._session = session
        self._key = ring.current.secret

    async def hold(self, email: str) -> LoginFailures:
        address = self._address(email)
        await self._session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(address[:8], signed=True))))
        row = await self._session.get(LoginFailureRow, address, populate_existing=True)
        return LoginFailures(count=row.count, locked_until=row.locked_until) if row else LoginFailures()

    async def save(self, email: str, failures: LoginFailures, at: datetime) -> None:
        values = {"count": failures.count, "locked_until": failures.locked_until, "updated_at": at}
        upsert = insert(LoginFailureRow).values(address=self._address(email), **values)
        await self._session.execute(upsert.on_conflict_do_update(index_elements=["address"], set_=values))

    async def clear(self, email: str) -> None:
        await self._session.execute(delete(LoginFailureRow).where(LoginFailureRow.address == self._address(email)))

    def _address(self, email: str) -> bytes:
        return hmac.digest(self._key, email.encode(), "sha256")


class PostgresTokenVersions:
    """Implements `TokenVersions`: the higher of everybody's version and the user's counts."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def required(self, user_id: UserId) -> RequiredVersion:
        everybody = SecurityConfigRow
        asked = select(
            everybody.token_version,
            everybody.previous_version,
            everybody.grace_until,
            UserRow.token_version.label("own_version"),
            UserRow.grace_until.label("own_grace_until"),
        ).join_from(UserRow, everybody, true())
        found = (await self._session.execute(asked.where(UserRow.id == user_id))).one()
        version = found.own_version
        if version > found.token_version:
            return RequiredVersion(version=version, graced=version - 1, grace_until=found.own_grace_until)
        # Everybody's version passed the highest of any user's, so what this user needed before may be far below it.
        graced = max(found.previous_version, version)
        return RequiredVersion(version=found.token_version, graced=graced, grace_until=found.grace_until)

    async def rotate_all(self, reason: str, at: datetime, grace_seconds: int) -> int:
        highest = select(func.max(UserRow.token_version)).scalar_subquery()
        next_version = func.greatest(SecurityConfigRow.token_version, highest) + 1
        rotate = update(SecurityConfigRow).values(
            previous_version=SecurityConfigRow.token_version,
            token_version=next_version,
            grace_until=at + timedelta(seconds=grace_seconds),
            rotated_at=at,
            reason=reason,
        )
        return (await self._session.execute(rotate.returning(SecurityConfigRow.token_version))).scalar_one()

    async def rotate(self, user_id: UserId, at: datetime, grace_seconds: int) -> int:
        everybody = select(SecurityConfigRow.token_version).scalar_subquery()
        rotate = (
            update(UserRow)
            .where(UserRow.id == user_id)
            .values(
                token_version=func.greatest(UserRow.token_version, everybody) + 1,
                grace_until=at + timedelta(seconds=grace_seconds),
                updated_at=at,
            )
        )
        return (await self._session.execute(rotate.returning(UserRow.token_version))).scalar_one()


class PostgresMailTokenRepository:
    """Implements `MailTokenRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = Rows(MailTokenRow, session)

    async def add(self, token: MailToken) -> None:
        await self._rows.add(MailTokenRow(**values(token)))

    async def consume(self, kind: MailTokenKind, secret_hash: bytes, at: datetime) -> MailToken | None:
        unused = (MailTokenRow.kind == kind, MailTokenRow.secret_hash == secret_hash, MailTokenRow.used_at.is_(None))
        row = await self._session.scalar(update(MailTokenRow).where(*unused).values(used_at=at).returning(MailTokenRow))
        return msgspec.convert(row, MailToken, from_attributes=True) if row else None

    async def count_since(self, kind: MailTokenKind, user_id: UserId, instant: datetime) -> int:
        counted = select(func.count()).where(
            MailTokenRow.kind == kind, MailTokenRow.user_id == user_id, MailTokenRow.created_at > instant
        )
        return (await self._session.execute(counted)).scalar_one()

    async def void(self, kind: MailTokenKind, user_id: UserId, at: datetime) -> None:
        unused = (MailTokenRow.kind == kind, MailTokenRow.user_id == user_id, MailTokenRow.used_at.is_(None))
        await self._session.execute(update(MailTokenRow).where(*unused).values(used_at=at))

    async def purge(self, before: datetime) -> int:
        expired = delete(MailTokenRow).where(MailTokenRow.expires_at < before - timedelta(hours=1))
        return len((await self._session.scalars(expired.returning(MailTokenRow.id))).all())
