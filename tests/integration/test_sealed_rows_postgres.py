"""What is stored encrypted follows the current key, however often that is interrupted."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.ids import AccountId, ConnectionId
from app.domain.connections.connection import Connection, ConnectionStatus
from app.domain.connections.provider import Credentials
from app.domain.identity.user import User
from app.domain.protocols.ledger import AccountNumber
from app.domain.protocols.secrets import Key, KeyRing
from app.infrastructure.postgres.connections import PostgresConnectionRepository
from app.infrastructure.postgres.sealed_rows import PostgresSealedRows
from app.infrastructure.security.vault import KeyedAccountNumberVault, KeyedCredentialVault
from tests.values import NOW

OLD = KeyRing((Key("old", b"o" * 32),))
NEW = OLD.rotated(Key("new", b"n" * 32))
SECRET = Credentials({"key": "secret"})
ROWS = 5


@pytest.fixture
async def connections(session: AsyncSession, owner: User) -> list[ConnectionId]:
    """Connections sealed under the old key, and nothing else of anybody."""
    await session.execute(text("delete from account_links"))
    await session.execute(text("delete from connections"))
    repository = PostgresConnectionRepository(session, KeyedCredentialVault(OLD))
    ids = [ConnectionId(uuid4()) for _ in range(ROWS)]
    for connection_id in ids:
        connection = Connection(
            id=connection_id,
            user_id=owner.id,
            provider_slug="bank",
            alias=None,
            status=ConnectionStatus.ACTIVE,
            created_at=NOW,
            updated_at=NOW,
        )
        await repository.add(connection, SECRET)
    return ids


async def sealed(session: AsyncSession, connection_id: ConnectionId) -> bytes:
    found: bytes = await session.scalar(
        text("select credentials from connections where id = :id"), {"id": connection_id}
    )
    return found


async def test_each_run_goes_on_where_the_last_one_stopped(
    session: AsyncSession, connections: list[ConnectionId], owner: User
) -> None:
    rows = PostgresSealedRows(session, NEW)
    assert [await rows.renew(2) for _ in range(4)] == [(2, 0), (2, 0), (1, 0), (0, 0)]
    for connection_id in connections:
        stored = await sealed(session, connection_id)
        assert stored.startswith(b"v1.new.")
        assert KeyedCredentialVault(NEW).open(stored, owner.id, connection_id) == SECRET


async def test_account_numbers_follow_too(session: AsyncSession, connections: list[ConnectionId], owner: User) -> None:
    number, account_id = AccountNumber(bank_code="1", number="2", currency="USD"), AccountId(uuid4())
    await session.execute(
        text("insert into accounts (id, user_id, name, type, currency) values (:id, :user, 'A', 'checking', 'USD')"),
        {"id": account_id, "user": owner.id},
    )
    link = {
        "user": owner.id,
        "account": account_id,
        "connection": connections[0],
        "fingerprint": b"f",
        "sealed": KeyedAccountNumberVault(OLD, OLD).seal(number, owner.id, account_id),
    }
    await session.execute(
        text(
            "insert into account_links (user_id, account_id, connection_id, fingerprint, number_encrypted) "
            "values (:user, :account, :connection, :fingerprint, :sealed)"
        ),
        link,
    )
    assert await PostgresSealedRows(session, NEW).renew(100) == (ROWS + 1, 0)
    stored = await session.scalar(text("select number_encrypted from account_links"))
    assert stored.startswith(b"v1.new.")


async def test_what_no_key_opens_is_counted_and_stops_nothing(
    session: AsyncSession, connections: list[ConnectionId]
) -> None:
    await session.execute(
        text("update connections set credentials = 'v1.lost.x' where id = :id"), {"id": connections[0]}
    )
    assert await PostgresSealedRows(session, NEW).renew(100) == (ROWS - 1, 1)
