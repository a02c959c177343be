"""A user with a connection to an institution in memory, on the real database."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from app.application.connections.create_connection import CreateConnection
from app.application.syncs.create_sync import CreateSync
from app.application.syncs.get_sync import GetSync
from app.application.syncs.run import SyncRun
from app.application.syncs.views import SyncView
from app.core.ids import ConnectionId, SyncId, UserId
from app.core.result import Success
from app.domain.connections.reading import ProviderAccount, ProviderRow, RemovedRow
from app.domain.imports.statement import StatedBalance
from app.domain.ledger.account import AccountType
from tests.fakes.institution import KEY, FakeInstitution
from tests.values import movement

TODAY = datetime.now(UTC).date()
STAYED = "select description, amount, status, booked_on from transactions where user_id = $1 and status <> 'removed'"


class Customer:
    """A user with a connection to an institution in memory."""

    def __init__(self, run: SyncRun, pool: asyncpg.Pool, bank: FakeInstitution, user_id: UserId) -> None:
        self.run = run
        self.pool = pool
        self.bank = bank
        self.user_id = user_id
        self.connection_id = ConnectionId(UUID(int=0))

    async def does(self, message: Any) -> Any:
        result = await self.run.send(message, self.user_id)
        assert isinstance(result, Success), result
        return result.value

    async def connect(self) -> None:
        started = await self.does(CreateConnection(provider_slug=self.bank.slug, credentials={"key": KEY}))
        self.connection_id = ConnectionId(started.id)

    async def queue(self, **asked: Any) -> SyncId:
        view = await self.does(CreateSync(connection_id=self.connection_id, **asked))
        return SyncId(view.id)

    async def sync(self, **asked: Any) -> SyncView:
        sync_id = await self.queue(**asked)
        await self.run(sync_id)
        return await self.read(sync_id)

    async def read(self, sync_id: SyncId) -> SyncView:
        return msgspec.json.decode(await self.does(GetSync(sync_id=sync_id)), type=SyncView)

    async def rows(self) -> list[tuple[str, str, str]]:
        """What the ledger shows."""
        found = await self.pool.fetch(STAYED, self.user_id)
        return sorted((row["description"], str(row["amount"]), row["status"]) for row in found)

    def truth(self) -> list[tuple[str, str, str]]:
        told = [row.movement for row in self.bank.rows]
        return sorted((row.description, str(row.amount), str(row.status)) for row in told)

    def tell(self, row_id: str, amount: str = "-1.00", days_ago: int = 3, account: str = "a", **said: Any) -> None:
        """Let the bank have a row, or have it say something else."""
        pending_id = said.pop("pending_id", None)
        said = {"description": f"Row {row_id}"} | said
        told = movement(amount, bank_id=row_id, booked_on=TODAY - timedelta(days=days_ago), **said)
        row = ProviderRow(account_id=account, movement=told, pending_id=pending_id)
        self.bank.rows[:] = [
            one for one in self.bank.rows if (one.account_id, one.movement.bank_id) != (account, row_id)
        ]
        self.bank.rows.append(row)
        self.bank.changes.append(row)

    def forget(self, row_id: str, account: str = "a") -> None:
        """Let the bank have the row no longer."""
        left = [row for row in self.bank.rows if (row.account_id, row.movement.bank_id) != (account, row_id)]
        if len(left) < len(self.bank.rows):
            self.bank.rows[:] = left
            self.bank.changes.append(RemovedRow(account_id=account, id=row_id))


def account(provider_id: str = "a", **said: Any) -> ProviderAccount:
    known: dict[str, Any] = {
        "name": "Checking",
        "type": AccountType.CHECKING,
        "currency": "USD",
        "institution": "Bank",
        "number": f"77000{provider_id}",
        "current": StatedBalance(amount=Decimal("10.00"), as_of=None),
    }
    return ProviderAccount(id=provider_id, **known | said)
