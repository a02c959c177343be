"""The trail is filled from the log, nobody changes it by accident, and a superuser does not change it unseen."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest
from dishka import AsyncContainer
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.application.audit.export_audit_records import ExportAuditRecords
from app.application.audit.verify_audit_trail import VerifyAuditTrail, VerifyAuditTrailHandler
from app.application.audit.views import AuditRecordView, Verdict
from app.application.dispatch import Dispatcher
from app.core.ids import SessionId, UserId, uuid7
from app.core.result import Success
from app.domain.audit.checkpoint import Checkpoint, Statement
from app.domain.audit.record import NOTHING_BEFORE
from app.domain.events.registry import NAMES, WORKFLOWS, Phase
from app.domain.events.sessions import UserLoginSucceeded
from app.domain.identity.actor import Actor
from app.domain.protocols.secrets import Key, KeyRing
from app.infrastructure.checkpointing import Checkpointing
from app.infrastructure.clock import SystemClock
from app.infrastructure.postgres.audit import PostgresAuditReader
from app.infrastructure.postgres.relay import Reactions, Relay
from app.infrastructure.postgres.unit_of_work import PostgresEventLog
from app.infrastructure.security.checkpoints import Ed25519CheckpointSigner
from app.presentation.cli.operator import value
from tests.fakes.events import FakeLogWaker
from tests.values import actor
from tests.waiting import until

SIGNER = Ed25519CheckpointSigner(KeyRing((Key("k", b"k" * 32),)))
AT = datetime(2026, 11, 27, tzinfo=UTC)


class Pages:
    """Implements `CheckpointBook` in memory."""

    def __init__(self) -> None:
        self.checkpoints: list[Checkpoint] = []

    def add(self, checkpoint: Checkpoint) -> None:
        self.checkpoints.append(checkpoint)

    def lines(self) -> Sequence[str]:
        return [str(each) for each in self.checkpoints]


class Superuser:
    """Does with the trail what no trigger keeps a superuser from, in a transaction that is undone."""

    def __init__(self, connection: asyncpg.Connection, last: int) -> None:
        self.connection = connection
        self.last = last
        self.book = Pages()

    async def sign(self, position: int) -> None:
        digest = await self.connection.fetchval("select hash from audit_records where position = $1", position)
        self.book.add(SIGNER.sign(Statement(position=position, hash=digest, at=AT)))

    async def rewrite(self) -> None:
        """Hash everything anew, as if it had always been so."""
        previous = NOTHING_BEFORE
        reader = PostgresAuditReader(self.connection)
        for chained in await reader.chain(0, 1_000_000):
            previous = chained.record.hashed(previous)
            update = "update audit_records set hash = $2 where position = $1"
            await self.connection.execute(update, chained.record.position, previous)

    async def verdict(self) -> Verdict:
        reader = PostgresAuditReader(self.connection)
        result = await VerifyAuditTrailHandler(reader, self.book, SIGNER)(VerifyAuditTrail())
        assert isinstance(result, Success)
        return result.value

    async def fault_at(self) -> int:
        fault = (await self.verdict()).fault
        assert fault
        return fault.position


@pytest.fixture(scope="module")
async def filled(container: AsyncContainer, engine: AsyncEngine, pool: asyncpg.Pool) -> UserId:
    """The trail with a few more records at its end, those of somebody new."""
    who = Actor(
        trace_id="trace-7",
        user_id=UserId(uuid7()),
        session_id=SessionId(uuid7()),
        roles=("user", "admin"),
        ip_address="192.0.2.7",
        user_agent="tests",
    )
    async with AsyncSession(engine) as session:
        events = PostgresEventLog(session, engine, who, FakeLogWaker())
        for _ in range(3):
            await events.append_now(WORKFLOWS["user_registration", Phase.ATTEMPTED].event(email="ada@example.com"))
            await events.append_now(UserLoginSucceeded(user_id=who.person, session_id=SessionId(uuid7())))
        failed = WORKFLOWS["session_revocation", Phase.FAILED].event
        await events.append_now(failed(session_id=who.session, reason="not_found"))
    relay = await container.get(Relay)

    async def written() -> bool:
        await relay.step()
        return bool(await pool.fetchval("select count(*) = 7 from audit_records where actor_id = $1", who.user_id))

    await until(written, "the records")
    return who.person


@pytest.fixture
async def superuser(filled: UserId, pool: asyncpg.Pool) -> AsyncIterator[Superuser]:
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("alter table audit_records disable trigger user")
        last = await connection.fetchval("select max(position) from audit_records where actor_id = $1", filled)
        await connection.execute("delete from audit_records where position > $1", last)
        yield Superuser(connection, last)
        await transaction.rollback()


@pytest.mark.parametrize(
    "change",
    ["update audit_records set action = 'x'", "delete from audit_records", "truncate audit_records"],
)
@pytest.mark.usefixtures("filled")
async def test_the_trail_is_append_only(pool: asyncpg.Pool, change: str) -> None:
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await pool.execute(change)


async def test_a_record_says_who_did_what_and_nothing_personal(filled: UserId, pool: asyncpg.Pool) -> None:
    query = "select * from audit_records where actor_id = $1 order by position"
    attempt, login, *_, refused = await pool.fetch(query, filled)
    assert (attempt["action"], attempt["outcome"], attempt["facts"]) == (
        "user_registration_attempted",
        "attempted",
        "{}",
    )
    assert (login["action"], login["user_id"], login["trace_id"]) == ("user_login_success", filled, "trace-7")
    assert login["roles"] == ["user", "admin"]
    assert refused["facts"] == f'{{"reason":"not_found","session_id":"{refused["session_id"]}"}}'
    assert refused["resource"] == f"session/{refused['session_id']}"
    assert all(row["personal_digest"] for row in (attempt, login, refused))
    for row in (attempt, login, refused):
        assert not {"ada@example.com", "192.0.2.7"} & {*map(str, row.values())}


async def test_an_untouched_trail_is_whole_also_after_personal_data_was_erased(superuser: Superuser) -> None:
    await superuser.sign(superuser.last)
    before = await superuser.verdict()
    assert (before.fault, before.records, before.checkpoints) == (None, superuser.last, 1)
    await superuser.connection.execute("delete from event_personal_data where data ->> 'email' = 'ada@example.com'")
    after = await superuser.verdict()
    assert (after.fault, after.records) == (None, superuser.last)
    assert after.erased >= before.erased + 3


async def test_personal_data_is_not_changed_unseen(superuser: Superuser) -> None:
    forge = """
        update event_personal_data set data = data || '{"email": "mallory@example.com"}'
        where event_id = (select event_id from audit_records where position = $1)
    """
    await superuser.connection.execute(forge, superuser.last - 2)
    assert await superuser.fault_at() == superuser.last - 2


@pytest.mark.parametrize(
    "change",
    [
        "action = 'x'",
        "outcome = 'failed'",
        "actor_id = uuidv7()",
        "user_id = null",
        "occurred_at = occurred_at + interval '1 microsecond'",
        "roles = '{}'",
        "facts = '{ }'",
        "personal_digest = null",
        "hash = sha256('x')",
    ],
)
async def test_a_change_is_found(superuser: Superuser, change: str) -> None:
    place = superuser.last - 3
    await superuser.connection.execute(f"update audit_records set {change} where position = $1", place)
    assert await superuser.fault_at() == place


async def test_a_deletion_is_found_also_when_the_others_close_up(superuser: Superuser) -> None:
    place = superuser.last - 3
    await superuser.connection.execute("delete from audit_records where position = $1", place)
    assert await superuser.fault_at() == place
    for position in range(place, superuser.last):
        close_up = "update audit_records set position = $1 where position = $1 + 1"
        await superuser.connection.execute(close_up, position)
    assert await superuser.fault_at() == place


async def test_an_insertion_is_found(superuser: Superuser) -> None:
    place = superuser.last - 3
    for position in range(superuser.last, place - 1, -1):
        await superuser.connection.execute("update audit_records set position = $1 + 1 where position = $1", position)
    forged = """
        insert into audit_records
        select $1::bigint, uuidv7(), occurred_at, action, outcome, user_id, actor_id, session_id, roles, trace_id,
            resource, facts, null, hash from audit_records where position = $1::bigint + 1
    """
    await superuser.connection.execute(forged, place)
    assert await superuser.fault_at() == place


async def test_an_exchange_is_found(superuser: Superuser) -> None:
    place = superuser.last - 3
    move = "update audit_records set position = $2 where position = $1"
    for start, end in ((place, 0), (place + 1, place), (0, place + 1)):
        await superuser.connection.execute(move, start, end)
    assert await superuser.fault_at() == place


async def test_a_cut_tail_is_found_up_to_the_last_checkpoint(superuser: Superuser) -> None:
    await superuser.sign(superuser.last - 1)
    await superuser.connection.execute("delete from audit_records where position > $1", superuser.last - 4)
    assert await superuser.fault_at() == superuser.last - 3


async def test_a_whole_rewrite_is_found_up_to_the_last_checkpoint(superuser: Superuser) -> None:
    await superuser.sign(superuser.last - 4)
    await superuser.sign(superuser.last)
    change = "update audit_records set actor_id = null where position = $1"
    await superuser.connection.execute(change, superuser.last - 2)
    await superuser.rewrite()
    assert await superuser.fault_at() == superuser.last - 3
    superuser.book.checkpoints.clear()
    assert (await superuser.verdict()).fault is None


async def test_a_rewrite_that_is_signed_again_is_found_by_its_key(superuser: Superuser) -> None:
    await superuser.rewrite()
    forger = Ed25519CheckpointSigner(KeyRing((Key("k", b"x" * 32),)))
    digest = await superuser.connection.fetchval("select hash from audit_records where position = $1", superuser.last)
    superuser.book.add(forger.sign(Statement(position=superuser.last, hash=digest, at=AT)))
    assert await superuser.fault_at() == superuser.last


async def test_a_checkpoint_is_signed_when_the_trail_has_grown(superuser: Superuser) -> None:
    checkpointing = Checkpointing(superuser.connection, SIGNER, superuser.book, SystemClock())
    assert not await checkpointing.sign(superuser.last + 1)
    assert await checkpointing.sign()
    assert not await checkpointing.sign()
    [checkpoint] = superuser.book.checkpoints
    assert checkpoint.statement.position == superuser.last
    assert (await superuser.verdict()).fault is None


async def test_every_event_meets_exactly_the_reactions_its_registration_names(container: AsyncContainer) -> None:
    reactions = await container.get(Reactions)
    assert len({reaction.name for reaction in reactions}) == len(reactions)
    for meta in NAMES.values():
        assert {reaction.name for reaction in reactions if reaction.wants(meta)} == meta.reactions


async def test_the_export_holds_every_record(container: AsyncContainer, filled: UserId) -> None:
    records, after = list[AuditRecordView](), 0
    async with container({Actor: actor()}) as scope:
        dispatch = await scope.get(Dispatcher)
        while batch := value(await dispatch(ExportAuditRecords(after=after, limit=1_000))):
            records += batch
            after = batch[-1].position
    assert [record.position for record in records] == [*range(1, after + 1)]
    mine = [record for record in records if record.actor_id == UUID(str(filled))]
    assert mine[0].personal == {"email": "ada@example.com", "actor": {"ip_address": "192.0.2.7", "user_agent": "tests"}}
