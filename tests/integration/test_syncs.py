"""The sync engine on the real database, with an institution in memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
from dishka import AsyncContainer, Provider, Scope
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.application.connections.create_connection import CreateConnection
from app.application.connections.delete_connection import DeleteConnection
from app.application.connections.get_connection import GetConnection
from app.application.syncs.create_sync import CreateSync
from app.application.syncs.get_sync import GetSync
from app.application.syncs.run import SyncRun
from app.application.syncs.schedule_syncs import ScheduleSyncs
from app.application.syncs.views import SyncView
from app.core.ids import ConnectionId, SyncId, UserId
from app.core.result import Failure, Success
from app.domain.connections.faults import (
    ConsentEndedError,
    FeedChangedError,
    InstitutionUnavailable,
    ProviderUnavailableError,
)
from app.domain.connections.provider import Feed
from app.domain.connections.reading import AccountFault, ProviderAccount, ProviderRow, RemovedRow
from app.domain.connections.sync import SyncState
from app.domain.imports.statement import Position, StatedBalance
from app.domain.ledger.account import AccountType
from app.domain.ledger.security import Security
from app.domain.ledger.transaction import TransactionStatus
from app.domain.protocols.providers import Providers
from app.infrastructure.postgres.users import PostgresUserRepository
from app.settings import Settings
from app.wiring.container import worker_container
from app.wiring.servers import Servers
from app.wiring.syncs import sync_run
from tests.fakes.institution import KEY, FakeInstitution, FakeProviders
from tests.values import movement, user

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


@pytest.fixture(scope="module")
def providers() -> FakeProviders:
    return FakeProviders()


@pytest.fixture(scope="module")
async def run(settings: Settings, servers: Servers, providers: FakeProviders) -> AsyncIterator[SyncRun]:
    override = Provider(scope=Scope.APP)
    override.provide(lambda: providers, provides=Providers)
    container: AsyncContainer = worker_container(settings, servers, override)
    yield await sync_run(container)
    await container.close()


@pytest.fixture
async def somebody(engine: AsyncEngine) -> UserId:
    someone = user()
    async with AsyncSession(engine) as session, session.begin():
        assert await PostgresUserRepository(session).add(someone)
    return someone.id


@pytest.fixture(params=[*Feed])
async def customer(
    request: pytest.FixtureRequest, run: SyncRun, pool: asyncpg.Pool, providers: FakeProviders, somebody: UserId
) -> Customer:
    """A customer of a bank of each kind of feed."""
    bank = FakeInstitution(slug=f"bank-{request.param}", feed=request.param, accounts_told=[account()])
    providers.known[bank.slug] = bank
    known = Customer(run, pool, bank, somebody)
    await known.connect()
    return known


async def test_all_rows_come_once(customer: Customer) -> None:
    for number in range(5):
        customer.tell(str(number))
    first = await customer.sync()
    assert (first.state, first.error) == (SyncState.SUCCEEDED, None)
    assert [(one.created, one.unchanged, one.error) for one in first.accounts] == [(5, 0, None)]
    again = await customer.sync()
    assert again.id != first.id
    assert [(one.created, one.updated, one.removed) for one in again.accounts] == [(0, 0, 0)]
    assert await customer.rows() == customer.truth()


async def test_reading_again_keeps_no_more_sources(customer: Customer) -> None:
    customer.tell("1")
    for _ in range(3):
        await customer.sync()
    counted = "select count(*) from transaction_sources where user_id = $1"
    assert await customer.pool.fetchval(counted, customer.user_id) == 1


async def test_amended_rows_change_in_place_and_deleted_ones_are_taken_back(customer: Customer) -> None:
    customer.tell("1")
    customer.tell("2")
    await customer.sync()
    ids = "select id from transactions where user_id = $1 order by id"
    before = await customer.pool.fetch(ids, customer.user_id)
    customer.tell("1", "-2.50", days_ago=2, description="Amended")
    customer.forget("2")
    done = await customer.sync()
    assert [(one.created, one.updated, one.removed) for one in done.accounts] == [(0, 1, 1)]
    assert await customer.rows() == customer.truth()
    assert await customer.pool.fetch(ids, customer.user_id) == before


async def test_a_pending_row_becomes_the_posted_one_that_names_it(customer: Customer) -> None:
    customer.tell("p", "-9.00", status=TransactionStatus.PENDING, description="Fuel")
    await customer.sync()
    customer.forget("p")
    customer.tell("q", "-9.47", description="Fuel station", pending_id="p")
    await customer.sync()
    assert await customer.rows() == [("Fuel station", "-9.47", "posted")]
    assert await customer.pool.fetchval("select count(*) from transactions where user_id = $1", customer.user_id) == 1


async def test_a_row_told_again_after_it_was_taken_back_is_there_again(customer: Customer) -> None:
    for _ in range(3):
        customer.tell("1")
        await customer.sync()
        assert await customer.rows() == customer.truth()
        customer.forget("1")
        await customer.sync()
        assert await customer.rows() == []


async def test_one_account_that_fails_stops_no_other(customer: Customer) -> None:
    customer.bank.accounts_told.append(account("b"))
    customer.bank.faults.append(AccountFault(account_id="b", error=InstitutionUnavailable(detail="Down.")))
    customer.tell("1")
    done = await customer.sync()
    assert done.state is SyncState.PARTIAL
    assert sorted(one.error.code if one.error else "" for one in done.accounts) == ["", "institution_unavailable"]
    assert await customer.rows() == customer.truth()


async def test_a_sync_without_any_account_failed(customer: Customer) -> None:
    customer.bank.accounts_told.clear()
    done = await customer.sync()
    assert (done.state, done.error and done.error.code) == (SyncState.FAILED, "accounts_missing")


async def test_an_institution_that_is_down_fails_the_sync_and_tells(customer: Customer) -> None:
    await customer.sync()
    customer.bank.broken = ProviderUnavailableError("Down.")
    done = await customer.sync()
    assert (done.state, done.error and done.error.code) == (SyncState.FAILED, "institution_unavailable")
    freshness = await customer.pool.fetchval("select freshness from accounts where user_id = $1", customer.user_id)
    assert freshness == "failing"
    customer.bank.broken = None
    assert (await customer.sync()).state is SyncState.SUCCEEDED
    row = await customer.pool.fetchrow("select * from accounts where user_id = $1", customer.user_id)
    assert (row["freshness"], row["user_action"]) == ("current", None)


async def test_a_consent_that_ended_tells_the_user_to_renew(customer: Customer) -> None:
    await customer.sync()
    customer.bank.broken = ConsentEndedError("Revoked.")
    assert (await customer.sync()).state is SyncState.FAILED
    view = await customer.does(GetConnection(connection_id=customer.connection_id))
    assert (view.status, view.user_action) == ("revoked", "renew")
    row = await customer.pool.fetchrow("select * from accounts where user_id = $1", customer.user_id)
    assert (row["freshness"], row["user_action"]) == ("failing", "renew")


async def test_expired_access_is_refreshed_once_and_the_reading_goes_on(customer: Customer) -> None:
    customer.tell("1")
    customer.bank.tokens += 1  # what we hold has expired
    customer.bank.log.clear()
    assert (await customer.sync()).state is SyncState.SUCCEEDED
    assert customer.bank.log.count("refresh") == 1


async def test_a_worker_killed_at_any_page_leaves_nothing_half_done(customer: Customer) -> None:
    for number in range(7):
        customer.tell(str(number))
    sync_id = await customer.queue()
    for page in range(1, 5):
        asked = 0

        async def die(page: int = page) -> None:
            nonlocal asked
            asked += 1
            if asked == page:
                raise asyncio.CancelledError

        customer.bank.before_page = die
        with pytest.raises(asyncio.CancelledError):
            await customer.run(sync_id)
        assert (await customer.read(sync_id)).state is SyncState.RUNNING
    customer.bank.before_page = nothing
    await customer.run(sync_id)
    assert (await customer.read(sync_id)).state is SyncState.SUCCEEDED
    assert await customer.rows() == customer.truth()


async def nothing() -> None:
    pass


async def test_a_run_that_was_taken_over_writes_nothing_more(customer: Customer) -> None:
    customer.tell("1")
    sync_id = await customer.queue()

    async def overtaken() -> None:
        await customer.pool.execute("update syncs set run = run + 1 where id = $1", sync_id)

    customer.bank.before_page = overtaken
    await customer.run(sync_id)
    assert (await customer.read(sync_id)).state is SyncState.RUNNING
    assert await customer.rows() == []


async def test_many_requests_at_once_are_one_run(customer: Customer) -> None:
    customer.tell("1")
    customer.bank.log.clear()
    ids = await asyncio.gather(*(customer.queue() for _ in range(20)))
    assert len({*ids}) == 1
    await asyncio.gather(*(customer.run(ids[0]) for _ in range(3)))
    assert customer.bank.log.count("accounts") == 1


async def test_holdings_and_balances_are_those_of_the_newest_sync(customer: Customer) -> None:
    shares = Position(locator="1", security=Security(symbol="VTI"), quantity=Decimal(2), currency="USD")
    customer.bank.positions["a"] = (shares,)
    await customer.sync()
    customer.bank.positions["a"] = (replace(shares, quantity=Decimal(3)),)
    customer.bank.accounts_told[:] = [account(current=StatedBalance(amount=Decimal("12.34"), as_of=None))]
    await customer.sync()
    held = await customer.pool.fetch("select quantity from holdings where user_id = $1", customer.user_id)
    assert [row["quantity"] for row in held] == [Decimal(3)]
    newest = "select current from balance_snapshots where user_id = $1 order by as_of desc limit 1"
    assert await customer.pool.fetchval(newest, customer.user_id) == Decimal("12.34")


async def test_a_second_connection_finds_the_accounts_of_the_first_by_number(customer: Customer) -> None:
    await customer.sync()
    await customer.does(DeleteConnection(connection_id=customer.connection_id))
    await customer.connect()
    await customer.sync()
    assert await customer.pool.fetchval("select count(*) from accounts where user_id = $1", customer.user_id) == 1


async def test_the_schedule_queues_what_is_due_and_what_was_lost(customer: Customer) -> None:
    due = "update connections set next_sync_at = now() - interval '1 hour' where id = $1"
    await customer.pool.execute(due, customer.connection_id)
    await customer.does(ScheduleSyncs())
    waiting = "select id from syncs where connection_id = $1 and state = 'queued'"
    sync_id = await customer.pool.fetchval(waiting, customer.connection_id)
    job = "from pgqueuer where payload = convert_to($1, 'UTF8')"
    assert await customer.pool.fetchval(f"select count(*) {job}", str(sync_id)) == 1
    await customer.pool.execute(f"delete {job}", str(sync_id))
    await customer.pool.execute("update syncs set created_at = now() - interval '5 minutes' where id = $1", sync_id)
    await customer.does(ScheduleSyncs())
    assert await customer.pool.fetchval(f"select count(*) {job}", str(sync_id)) == 1


async def test_a_disconnected_bank_is_not_synced(customer: Customer) -> None:
    await customer.does(DeleteConnection(connection_id=customer.connection_id))
    refused = await customer.run.send(CreateSync(connection_id=customer.connection_id), customer.user_id)
    assert isinstance(refused, Failure)
    assert refused.error.code == "connection_unready"


async def test_a_feed_that_changes_while_it_is_read_is_read_again(customer: Customer) -> None:
    for number in range(5):
        customer.tell(str(number))
    asked = 0

    async def change() -> None:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise FeedChangedError("Changed.")

    customer.bank.before_page = change
    assert (await customer.sync()).state is SyncState.SUCCEEDED
    assert await customer.rows() == customer.truth()
