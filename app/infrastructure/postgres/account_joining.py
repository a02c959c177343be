"""Joining accounts in PostgreSQL: a fixed number of statements for all their rows."""

import asyncio
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.ids import AccountId, UserId
from app.domain.protocols.account_joining import JoinedRows
from app.infrastructure.postgres.row_candidates import known, matched
from app.infrastructure.postgres.row_statements import SETTLE, stated
from app.infrastructure.postgres.tables.ledger import AccountLinkRow
from app.infrastructure.security.vault import KeyedAccountNumberVault

ALIKE = text("""
    select count(*) = 2 and count(distinct currency) = 1 from accounts
    where user_id = :user_id and id in (:source, :target)
""")
SAME_IDENTITY = text("""
    select distinct on (s.transaction_id) s.transaction_id as stated_key, t.transaction_id as known_key,
        case when s.external_id is null then 'same_row' else 'bank_id' end as rule
    from transaction_sources as s
    join transaction_sources as t on t.account_id = :target and t.identity = s.identity
    where s.account_id = :source order by s.transaction_id, t.transaction_id
""")
COMPARED = text(
    known(
        """t.user_id = :user_id and t.account_id = :mine and t.id <> all(cast(:done as uuid[]))
            and t.amount in (select amount from transactions where user_id = :user_id and account_id = :other)""",
        "cast(:target as uuid)",
    )
)
MERGE = text(f"""
    update transaction_sources as k set transaction_id = j.known, account_id = :target,
        matched_by = case when k.matched_by = 'new' then j.rule else k.matched_by end,
        stated = case when k.stated is not null then k.stated when not exists (
            select from transaction_sources as o
            where o.transaction_id = j.known and o.said = k.said and o.stated is null
        ) then {stated("t")} end
    from unnest(cast(:stated as uuid[]), cast(:known as uuid[]), cast(:rules as text[])) as j (stated, known, rule)
    join transactions as t on t.id = j.stated
    where k.transaction_id = j.stated
""")  # noqa: S608  # constants of this module
DROP = text("delete from transactions where id = any(cast(:stated as uuid[]))")
LEAVE = text("delete from accounts where id = :source")
# What the target knows already of the same source and instant leaves with the account.
MOVES = tuple(
    text(statement)
    for statement in (
        "update transaction_sources set account_id = :target where account_id = :source",
        """insert into account_sources
            select :target, source_id, source, user_id, fingerprints, arrived_at, data_as_of, account_updated_at
            from account_sources where account_id = :source
            on conflict (account_id, source_id) do update set
                fingerprints = account_sources.fingerprints || excluded.fingerprints,
                data_as_of = greatest(account_sources.data_as_of, excluded.data_as_of)""",
        """update balance_snapshots as b set account_id = :target where account_id = :source and not exists (
            select from balance_snapshots where (account_id, as_of, source_id) = (:target, b.as_of, b.source_id))""",
        """update holding_reports as r set account_id = :target where account_id = :source and not exists (
            select from holding_reports where (account_id, as_of, source_id) = (:target, r.as_of, r.source_id))""",
        """update holdings as h set account_id = r.account_id from holding_reports as r
            where r.id = h.report_id and h.account_id = :source and r.account_id = :target""",
        "update connection_accounts set account_id = :target where account_id = :source",
        "update syncs set account_id = :target where account_id = :source",
        """update sync_accounts as s set account_id = :target where account_id = :source and not exists (
            select from sync_accounts where (sync_id, account_id) = (s.sync_id, :target))""",
        """update accounts as a set updated_at = now(), data_as_of = greatest(a.data_as_of, other.data_as_of),
                last_success_at = greatest(a.last_success_at, other.last_success_at)
            from accounts as other where a.id = :target and other.id = :source""",
    )
)
MOVE_ROWS = text("""
    with moved as (update transactions set account_id = :target where account_id = :source returning id)
    select count(*) from moved
""")


class PostgresAccountJoining:
    """Implements `AccountJoining`."""

    def __init__(self, session: AsyncSession, vault: KeyedAccountNumberVault) -> None:
        self._session = session
        self._vault = vault

    async def are_alike(self, user_id: UserId, source_id: AccountId, target_id: AccountId) -> bool:
        asked = {"user_id": user_id, "source": source_id, "target": target_id}
        return bool(await self._session.scalar(ALIKE, asked))

    async def join(self, user_id: UserId, source_id: AccountId, target_id: AccountId) -> JoinedRows:
        between = {"user_id": user_id, "source": source_id, "target": target_id}
        pairs = await self._pairs(between)
        await self._session.execute(MERGE, pairs | {"target": target_id})
        await self._relink(user_id, source_id, target_id)
        await self._session.execute(DROP, {"stated": pairs["stated"]})
        moved = await self._session.scalar(MOVE_ROWS, {"source": source_id, "target": target_id})
        for statement in MOVES:
            await self._session.execute(statement, {"source": source_id, "target": target_id})
        await self._session.execute(LEAVE, {"source": source_id})
        await self._session.execute(SETTLE, {"ids": pairs["known"]})
        return JoinedRows(moved=moved or 0, merged=len(pairs["stated"]))

    async def _pairs(self, between: dict[str, UUID]) -> dict[str, list[Any]]:
        """Transactions of the source, those of the target that are the same, and the rules that say so."""
        ends = {name: between[name] for name in ("source", "target")}
        decided = [tuple(row) for row in (await self._session.execute(SAME_IDENTITY, ends)).all()]
        rows = []
        for place, (mine, other) in enumerate((("source", "target"), ("target", "source"))):
            asked: dict[str, Any] = {"mine": ends[mine], "other": ends[other], "done": [one[place] for one in decided]}
            rows.append((await self._session.execute(COMPARED, asked | between)).all())
        decided += await asyncio.to_thread(matched, *rows)
        return {name: [one[place] for one in decided] for place, name in enumerate(("stated", "known", "rules"))}

    async def _relink(self, user_id: UserId, source_id: AccountId, target_id: AccountId) -> None:
        mine = select(AccountLinkRow.id, AccountLinkRow.number_encrypted).where(AccountLinkRow.account_id == source_id)
        for link in (await self._session.execute(mine)).all():
            sealed = self._vault.rebind(link.number_encrypted, user_id, source_id, target_id)
            moved = {"account_id": target_id, "number_encrypted": sealed}
            await self._session.execute(update(AccountLinkRow).where(AccountLinkRow.id == link.id).values(moved))
