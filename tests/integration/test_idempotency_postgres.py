import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.application.terms import Terms
from app.domain.protocols.idempotency import Claim, KeyedRequest, Refused, StoredAnswer
from app.domain.protocols.secrets import Key, KeyRing
from app.infrastructure.postgres.idempotency import PostgresIdempotencyKeys
from app.infrastructure.postgres.unit_of_work import PostgresEventLog, PostgresUnitOfWork
from app.infrastructure.postgres.users import PostgresUserRepository
from tests.fakes.events import FakeLogWaker
from tests.values import actor, user

ANSWER = StoredAnswer(status=201, headers=[(b"location", b"/x")], body=b"what nobody else may read")
RING = KeyRing((Key("k", bytes(32)),))


@pytest.fixture
def keys(pool: asyncpg.Pool) -> PostgresIdempotencyKeys:
    return PostgresIdempotencyKeys(pool, RING, RING)


@pytest.fixture
def request_() -> KeyedRequest:
    return KeyedRequest(principal=uuid4().hex, user_id=None, operation="create", key="k", digest=b"d" * 32)


async def claimed(keys: PostgresIdempotencyKeys, request: KeyedRequest) -> Claim:
    found = await keys.claim(request, 201)
    assert isinstance(found, Claim)
    return found


async def test_of_many_at_once_one_has_the_claim(keys: PostgresIdempotencyKeys, request_: KeyedRequest) -> None:
    found = await asyncio.gather(*(keys.claim(request_, 201) for _ in range(8)))
    assert sum(isinstance(one, Claim) for one in found) == 1
    assert found.count(Refused.RUNNING) == 7


async def test_a_kept_answer_is_given_again(keys: PostgresIdempotencyKeys, request_: KeyedRequest) -> None:
    await keys.keep(await claimed(keys, request_), ANSWER)
    assert await keys.claim(request_, 201) == ANSWER
    assert await keys.claim(replace(request_, digest=b"e" * 32), 201) is Refused.OTHER_BODY


@pytest.mark.parametrize("changed", [{"principal": "somebody else"}, {"operation": "other"}, {"key": "l"}])
async def test_a_key_is_of_one_principal_and_operation(
    keys: PostgresIdempotencyKeys, request_: KeyedRequest, changed: dict[str, Any]
) -> None:
    await claimed(keys, request_)
    other = await claimed(keys, replace(request_, **changed))
    await keys.release(other)


async def test_a_released_key_may_be_used_again_and_a_kept_one_not(
    keys: PostgresIdempotencyKeys, request_: KeyedRequest
) -> None:
    await keys.release(await claimed(keys, request_))
    claim = await claimed(keys, replace(request_, digest=b"e" * 32))
    await keys.keep(claim, ANSWER)
    await keys.release(claim)
    assert await keys.claim(request_, 201) is Refused.OTHER_BODY


@pytest.mark.parametrize("commits", [True, False])
async def test_an_answer_is_kept_with_the_change_or_not_at_all(
    keys: PostgresIdempotencyKeys, request_: KeyedRequest, engine: AsyncEngine, *, commits: bool
) -> None:
    terms = Terms(claim=await claimed(keys, request_))
    async with AsyncSession(engine) as session:
        events = PostgresEventLog(session, engine, actor(), FakeLogWaker())
        work = PostgresUnitOfWork(session, events, FakeLogWaker(), terms, keys)
        assert await work.settle({"id": 1})
        await (work.commit() if commits else work.rollback())
    found = await keys.claim(request_, 201)
    kept = StoredAnswer(status=201, headers=[(b"content-type", b"application/json")], body=b'{"id":1}')
    assert found == (kept if commits else Refused.RUNNING)


@pytest.mark.parametrize(("is_answered", "blocks"), [(False, "4 minutes"), (True, "23 hours")])
async def test_a_key_blocks_for_so_long_and_no_longer(
    keys: PostgresIdempotencyKeys, request_: KeyedRequest, pool: asyncpg.Pool, *, is_answered: bool, blocks: str
) -> None:
    claim = await claimed(keys, request_)
    if is_answered:
        await keys.keep(claim, ANSWER)
    age = "update idempotency_keys set claimed_at = now() - $2::text::interval where id = $1"
    await pool.execute(age, claim.id, blocks)
    assert not isinstance(await keys.claim(request_, 201), Claim)
    await pool.execute(age, claim.id, blocks.replace("4 ", "6 ").replace("23 ", "25 "))
    await claimed(keys, request_)


async def test_what_is_kept_long_enough_is_purged(
    keys: PostgresIdempotencyKeys, request_: KeyedRequest, pool: asyncpg.Pool
) -> None:
    old, new = await claimed(keys, request_), await claimed(keys, replace(request_, key="l"))
    await pool.execute("update idempotency_keys set claimed_at = now() - interval '25 hours' where id = $1", old.id)
    assert await keys.purge() >= 1
    left = "select count(*) from idempotency_keys where id = any($1)"
    assert await pool.fetchval(left, [old.id, new.id]) == 1


async def test_answers_are_unreadable_and_go_with_their_user(
    keys: PostgresIdempotencyKeys, request_: KeyedRequest, engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    owner = user()
    async with AsyncSession(engine) as session:
        await PostgresUserRepository(session).add(owner)
        await session.commit()
    claim = await claimed(keys, replace(request_, user_id=owner.id))
    await keys.keep(claim, ANSWER)
    row = await pool.fetchrow("select * from idempotency_keys where id = $1", claim.id)
    assert not [value for value in row.values() if isinstance(value, bytes) and b"nobody" in value]
    async with AsyncSession(engine) as session:
        await PostgresUserRepository(session).delete(owner.id)
        await session.commit()
    assert await pool.fetchrow("select from idempotency_keys where id = $1", claim.id) is None
