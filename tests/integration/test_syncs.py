"""The sync engine on the real database, with an institution in memory."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from dishka import AsyncContainer

from app.application.connections.delete_connection import DeleteConnection
from app.application.connections.get_connection import GetConnection
from app.application.ledger.list_accounts import ListAccounts
from app.application.ledger.views import AccountView
from app.application.services import institution_reading
from app.application.syncs import run
from app.application.syncs.create_sync import CreateSync
from app.application.syncs.errors import SyncsUsedUp
from app.application.syncs.schedule_syncs import ScheduleSyncs
from app.core.ids import AccountId, SyncId
from app.core.result import Failure
from app.domain.connections.faults import (
    ConsentEndedError,
    FeedChangedError,
    InstitutionUnavailable,
    ProviderUnavailableError,
    RateLimitedError,
)
from app.domain.connections.provider import Feed
from app.domain.connections.reading import AccountFault
from app.domain.connections.sync import SyncState
from app.domain.imports.statement import Position, StatedBalance
from app.domain.ledger.security import Security
from app.domain.ledger.transaction import TransactionStatus
from app.domain.protocols.connections import ConnectionLocks
from tests.customers import TODAY, Customer, account
from tests.fakes.institution import FakeProviders


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


async def test_access_that_runs_out_soon_is_refreshed_once_a_sync(customer: Customer) -> None:
    for number in range(5):
        customer.tell(str(number))
    soon = "update connections set access_expires_at = now() + interval '1 minute' where id = $1"
    await customer.pool.execute(soon, customer.connection_id)
    customer.bank.access_for = timedelta(hours=1)
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

        customer.bank.before["page"] = die
        with pytest.raises(asyncio.CancelledError):
            await customer.run(sync_id)
        assert (await customer.read(sync_id)).state is SyncState.RUNNING
    customer.bank.before.clear()
    await customer.run(sync_id)
    assert (await customer.read(sync_id)).state is SyncState.SUCCEEDED
    assert await customer.rows() == customer.truth()


async def test_a_run_that_was_taken_over_writes_nothing_more(customer: Customer) -> None:
    customer.tell("1")
    sync_id = await customer.queue()

    async def overtaken() -> None:
        await customer.pool.execute("update syncs set run = run + 1 where id = $1", sync_id)

    customer.bank.before["page"] = overtaken
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

    customer.bank.before["page"] = change
    assert (await customer.sync()).state is SyncState.SUCCEEDED
    assert await customer.rows() == customer.truth()


async def test_connecting_queues_the_first_sync_at_once(customer: Customer) -> None:
    waiting = "select id, kind from syncs where connection_id = $1 and state = 'queued'"
    queued = await customer.pool.fetchrow(waiting, customer.connection_id)
    assert queued["kind"] == "initial_connection"
    job = "select count(*) from pgqueuer where entrypoint = 'sync' and payload = convert_to($1, 'UTF8')"
    assert await customer.pool.fetchval(job, str(queued["id"])) == 1
    assert await customer.queue() == queued["id"]


async def test_an_institution_is_asked_no_more_often_than_it_bears(customer: Customer) -> None:
    customer.bank.syncs_per_day_max = 3
    for _ in range(2):
        await customer.sync()
    due = "update connections set next_sync_at = now() where id = $1"
    await customer.pool.execute(due, customer.connection_id)
    await customer.does(ScheduleSyncs())  # the last one is left for whoever asks
    count = "select count(*) from syncs where connection_id = $1"
    assert await customer.pool.fetchval(count, customer.connection_id) == 2
    planned = "select next_sync_at - now() from connections where id = $1"
    assert timedelta(hours=23) < await customer.pool.fetchval(planned, customer.connection_id) <= timedelta(hours=24)
    asked = CreateSync(connection_id=customer.connection_id)
    sync_id = await customer.queue()
    assert (await customer.does(asked)).id == sync_id  # to be told of one that is on its way costs nothing
    await customer.run(sync_id)
    refused = await customer.run.send(asked, customer.user_id)
    assert isinstance(refused, Failure)
    assert isinstance(refused.error, SyncsUsedUp)
    assert 0 < refused.error.retry_after_seconds <= 86_400
    assert await customer.pool.fetchval(count, customer.connection_id) == 3
    yesterday = "update syncs set created_at = created_at - interval '24 hours' where connection_id = $1"
    await customer.pool.execute(yesterday, customer.connection_id)
    assert (await customer.sync()).state is SyncState.SUCCEEDED


async def test_an_institution_that_asks_to_wait_is_left_alone_until_then(customer: Customer) -> None:
    customer.bank.broken = RateLimitedError("Too many requests.", retry_after_seconds=80_000)
    done = await customer.sync()
    assert (done.state, done.error and done.error.code) == (SyncState.FAILED, "institution_busy")
    planned = "select next_sync_at - (select finished_at from syncs where id = $2) from connections where id = $1"
    pause = await customer.pool.fetchval(planned, customer.connection_id, done.id)
    assert pause >= timedelta(seconds=80_000)


async def refused(customer: Customer, **asked: Any) -> str:
    answer = await customer.run.send(CreateSync(connection_id=customer.connection_id, **asked), customer.user_id)
    assert isinstance(answer, Failure)
    return answer.error.code


async def test_a_sync_of_nothing_is_refused(customer: Customer) -> None:
    await customer.sync()
    assert await refused(customer, start_on=TODAY, end_on=TODAY - timedelta(days=1)) == "date_range_invalid"
    assert await refused(customer, account_id=AccountId(uuid4())) == "account_elsewhere"


async def test_a_sync_that_is_done_is_not_run_again(customer: Customer) -> None:
    done = await customer.sync()
    asked = len(customer.bank.log)
    await customer.run(SyncId(done.id))
    await customer.run(SyncId(uuid4()))
    assert len(customer.bank.log) == asked


async def test_a_provider_that_is_not_set_up_any_more_fails_the_sync(
    customer: Customer, providers: FakeProviders
) -> None:
    sync_id = await customer.queue()
    del providers.known[customer.bank.slug]
    await customer.run(sync_id)
    done = await customer.read(sync_id)
    assert (done.state, done.error and done.error.code) == (SyncState.FAILED, "provider_not_configured")


INTERRUPTED = {
    "the provider is not set up any more": "provider_not_configured",
    "it is disconnected": "sync_superseded",
    "the consent ends": "consent_ended",
    "there is a bug": "sync_broken",
    "it takes too long": "sync_broken",
}


@pytest.mark.parametrize("why", INTERRUPTED)
async def test_a_sync_that_is_interrupted_says_why_and_tells_no_account_that_it_is_current(
    customer: Customer, providers: FakeProviders, why: str
) -> None:
    customer.tell("1")

    async def happens() -> None:
        if why == "the provider is not set up any more":
            providers.known.pop(customer.bank.slug, None)
        elif why == "it is disconnected" and "revoke" not in customer.bank.log:
            await customer.does(DeleteConnection(connection_id=customer.connection_id))
        elif why == "the consent ends":
            raise ConsentEndedError("Revoked.")
        elif why == "there is a bug":
            raise ZeroDivisionError
        elif why == "it takes too long":
            await asyncio.Event().wait()

    customer.bank.before["page"] = happens
    sync_id = await customer.queue()
    policy = customer.run.policy
    if why == "it takes too long":
        policy = replace(policy, run_seconds_max=1)
    await replace(customer.run, policy=policy)(sync_id)
    done = await customer.read(sync_id)
    assert done.state is not SyncState.SUCCEEDED
    assert done.error
    assert done.error.code == INTERRUPTED[why]
    freshness = await customer.pool.fetchval("select freshness from accounts where user_id = $1", customer.user_id)
    assert freshness == ("manual" if why == "it is disconnected" else "failing")


async def test_a_feed_that_never_stands_still_is_given_up(customer: Customer) -> None:
    customer.tell("1")

    async def change() -> None:
        raise FeedChangedError("Changed.")

    customer.bank.before["page"] = change
    done = await customer.sync()
    assert done.state is SyncState.FAILED
    assert [one.error and one.error.code for one in done.accounts] == ["institution_unavailable"]
    assert customer.bank.log.count("page") == institution_reading.RESTARTS_MAX


async def test_pages_that_never_end_are_given_up(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(institution_reading, "PAGES_MAX", 3)
    customer.bank.page_size = 1
    for number in range(4):
        customer.tell(str(number))
    done = await customer.sync()
    assert done.state is SyncState.FAILED
    assert [one.error and one.error.code for one in done.accounts] == ["institution_unreadable"]
    assert await customer.rows() == []


async def test_a_sync_is_left_to_the_worker_that_reads_its_connection(
    customer: Customer, institutions: AsyncContainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "LOCK_WAIT_SECONDS", 0.01)
    sync_id = await customer.queue()
    locks = await institutions.get(ConnectionLocks)
    async with locks.held(customer.connection_id) as is_ours:
        assert is_ours
        await customer.run(sync_id)
    assert (await customer.read(sync_id)).state is SyncState.QUEUED
    await customer.run(sync_id)
    assert (await customer.read(sync_id)).state is SyncState.SUCCEEDED


@pytest.mark.parametrize("when", ["accounts", "page", "holdings"])
@pytest.mark.parametrize("fails", [False, True])
async def test_a_run_that_was_taken_over_tells_nothing(customer: Customer, when: str, fails: bool) -> None:
    customer.tell("1")
    sync_id = await customer.queue()

    async def overtaken() -> None:
        await customer.pool.execute("update syncs set run = run + 1 where id = $1", sync_id)
        if fails:
            raise ProviderUnavailableError("Down.")

    customer.bank.before[when] = overtaken
    await customer.run(sync_id)
    view = await customer.read(sync_id)
    assert (view.state, view.error) == (SyncState.RUNNING, None)
    assert all(one.error is None for one in view.accounts)


async def test_a_connection_that_goes_between_two_pages_is_read_no_further(customer: Customer) -> None:
    for number in range(3):
        customer.tell(str(number), days_ago=0)
    sync_id = await customer.queue()

    async def disconnect() -> None:
        if customer.bank.log.count("page") == 1 or customer.bank.feed is Feed.CURSOR:
            await customer.pool.execute(
                "update connections set credentials = null, status = 'disconnected' where id = $1",
                customer.connection_id,
            )

    customer.bank.before["page"] = disconnect
    await customer.run(sync_id)
    done = await customer.read(sync_id)
    assert done.state is not SyncState.SUCCEEDED
    assert await customer.rows() == []


async def freshness(customer: Customer) -> str:
    page = await customer.does(ListAccounts(limit=1, cursor=None, total=False))
    [account] = msgspec.json.decode(page.rows, type=list[AccountView])
    return str(account.freshness.state)


async def test_what_no_sync_has_read_for_long_is_stale(customer: Customer) -> None:
    await customer.sync()
    for hours, state in ((0, "current"), (35, "current"), (2, "stale")):
        ago = "update accounts set last_success_at = last_success_at - $2 * interval '1 hour' where user_id = $1"
        await customer.pool.execute(ago, customer.user_id, hours)
        assert await freshness(customer) == state
    await customer.sync()
    assert await freshness(customer) == "current"
