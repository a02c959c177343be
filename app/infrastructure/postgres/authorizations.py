"""Consents under way in PostgreSQL; what `complete` needs is encrypted, found by hashes only."""

from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import delete, or_, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.ids import AuthorizationId, ConnectionId, UserId
from app.domain.connections.authorization import Authorization
from app.domain.connections.provider import Credentials
from app.infrastructure.postgres.tables.connections import AuthorizationRow
from app.infrastructure.security.vault import KeyedCredentialVault


class PostgresAuthorizationRepository:
    """Implements `AuthorizationRepository`."""

    def __init__(self, session: AsyncSession, engine: AsyncEngine, vault: KeyedCredentialVault) -> None:
        self._session = session
        self._engine = engine
        self._vault = vault

    async def add(self, authorization: Authorization, link_hash: bytes, state_hash: bytes) -> None:
        secret = {
            "url": authorization.url,
            "code_verifier": authorization.code_verifier,
            "kept": msgspec.json.encode(dict(authorization.kept)).decode(),
        }
        await self._session.flush()
        self._session.add(
            AuthorizationRow(
                id=authorization.id,
                user_id=authorization.user_id,
                connection_id=authorization.connection_id,
                provider_slug=authorization.provider_slug,
                renews=authorization.renews,
                link_hash=link_hash,
                state_hash=state_hash,
                sealed=self._vault.seal(Credentials(secret), authorization.user_id, bound_to(authorization.id)),
                expires_at=authorization.expires_at,
            )
        )

    async def bind(self, link_hash: bytes, browser_hash: bytes, now: datetime) -> Authorization | None:
        nobodys = or_(AuthorizationRow.browser_hash.is_(None), AuthorizationRow.browser_hash == browser_hash)
        opened = update(AuthorizationRow).where(AuthorizationRow.link_hash == link_hash, nobodys, *alive(now))
        bound = opened.values(browser_hash=browser_hash).returning(AuthorizationRow)
        row = await self._session.scalar(bound)
        return self._entity(row) if row else None

    async def take(self, state_hash: bytes, browser_hash: bytes, now: datetime) -> Authorization | None:
        mine = (AuthorizationRow.state_hash == state_hash, AuthorizationRow.browser_hash == browser_hash)
        used = update(AuthorizationRow).where(*mine, *alive(now)).values(used_at=now).returning(AuthorizationRow)
        async with AsyncSession(self._engine, expire_on_commit=False) as session, session.begin():
            row = await session.scalar(used)
        return self._entity(row) if row else None

    async def purge(self, before: datetime) -> int:
        purged = await self._session.execute(delete(AuthorizationRow).where(AuthorizationRow.expires_at < before))
        return cast("CursorResult[Any]", purged).rowcount

    def _entity(self, row: AuthorizationRow) -> Authorization:
        user_id = UserId(row.user_id)
        secret = self._vault.open(row.sealed, user_id, bound_to(AuthorizationId(row.id))).values
        return Authorization(
            id=AuthorizationId(row.id),
            connection_id=ConnectionId(row.connection_id),
            user_id=user_id,
            provider_slug=row.provider_slug,
            renews=row.renews,
            expires_at=row.expires_at,
            url=secret["url"],
            code_verifier=secret["code_verifier"],
            kept=msgspec.json.decode(secret["kept"], type=dict[str, str]),
        )


def alive(now: datetime) -> tuple[Any, ...]:
    return AuthorizationRow.used_at.is_(None), AuthorizationRow.expires_at > now


def bound_to(authorization_id: AuthorizationId) -> ConnectionId:
    """What is sealed belongs to the authorization, which no connection's id equals."""
    return ConnectionId(authorization_id)
