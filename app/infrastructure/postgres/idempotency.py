"""Idempotency keys in PostgreSQL."""

import hmac
from datetime import timedelta
from hashlib import sha256

import asyncpg
import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.protocols.idempotency import KEPT_FOR, Claim, KeyedRequest, Refused, StoredAnswer
from app.domain.protocols.secrets import KeyRing
from app.infrastructure.security.sealing import seal, unseal

# Longer than any request lasts.
RUNS_AT_MOST = timedelta(minutes=5)

# Whoever inserts the row, or takes over one that is past its time, has the claim.
CLAIM = """
    with claimed as (
        insert into idempotency_keys as known (id, user_id, fingerprint) values ($1, $2, $3)
        on conflict (id) do update
        set user_id = excluded.user_id, fingerprint = excluded.fingerprint, claimed_at = now(), answer = null
        where known.claimed_at < now() - case when known.answer is null then $4::interval else $5 end
        returning id
    )
    select exists (select from claimed) as is_ours, fingerprint, answer
    from (select) as nothing left join idempotency_keys on id = $1
"""
KEEP = "update idempotency_keys set answer = {} where id = {}"
RELEASE = "delete from idempotency_keys where id = $1 and answer is null"
PURGE = """
    with gone as (delete from idempotency_keys where claimed_at < now() - $1::interval returning 1)
    select count(*) from gone
"""


class PostgresIdempotencyKeys:
    """Implements `IdempotencyKeys`. Bodies are kept as keyed hashes, as they may hold passwords."""

    def __init__(self, pool: asyncpg.Pool, fingerprints: KeyRing, seals: KeyRing) -> None:
        self._pool = pool
        self._fingerprints = fingerprints
        self._seals = seals

    async def claim(self, request: KeyedRequest, status: int) -> Claim | StoredAnswer | Refused:
        whose = f"{request.principal}\x1f{request.operation}\x1f{request.key}"
        claim = Claim(id=sha256(whose.encode()).digest(), status=status)
        prints = [hmac.digest(key.secret, request.digest, "sha256") for key in self._fingerprints.keys]
        row = await self._pool.fetchrow(CLAIM, claim.id, request.user_id, prints[0], RUNS_AT_MOST, KEPT_FOR)
        if row["is_ours"]:
            return claim
        if row["fingerprint"] is not None and row["fingerprint"] not in prints:
            return Refused.OTHER_BODY
        if row["answer"] is None:
            return Refused.RUNNING
        return msgspec.msgpack.decode(unseal(self._seals, row["answer"], claim.id), type=StoredAnswer)

    async def keep(self, claim: Claim, answer: StoredAnswer) -> None:
        await self._pool.execute(KEEP.format("$1", "$2"), self._sealed(claim, answer), claim.id)

    async def keep_within(self, session: AsyncSession, claim: Claim, value: object) -> None:
        """Keep what the command answers in the transaction of its change."""
        body = value if isinstance(value, bytes) else msgspec.json.encode(value)
        answer = StoredAnswer(status=claim.status, headers=[(b"content-type", b"application/json")], body=body)
        parameters = {"answer": self._sealed(claim, answer), "id": claim.id}
        await session.execute(text(KEEP.format(":answer", ":id")), parameters)

    async def release(self, claim: Claim) -> None:
        await self._pool.execute(RELEASE, claim.id)

    async def purge(self) -> int:
        return int(await self._pool.fetchval(PURGE, KEPT_FOR))

    def _sealed(self, claim: Claim, answer: StoredAnswer) -> bytes:
        return seal(self._seals, msgspec.msgpack.encode(answer), claim.id)
