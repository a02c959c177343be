"""Transactions, written many at a time: COPY into a temporary table, then one MERGE that touches only what differs.

MERGE is safe here because the caller holds the lock of every account it stages. Rows become COPY's text format in a
thread, so that a large file does not hold up the event loop.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.ids import AccountId, UserId
from app.domain.imports.statement import Movement
from app.domain.imports.statement_import import MergeCounts

IDENTITY = ("user_id", "account_id", "identity")
# What may be corrected by a later statement; a row's date, amount and bank id are its identity.
CORRECTED = (
    "value_on",
    "transacted_at",
    "status",
    "type",
    "subtype",
    "currency",
    "description",
    "counterparty",
    "memo",
    "reference",
    "check_number",
    "original_amount",
    "original_currency",
)
COLUMNS = (*IDENTITY, "booked_on", "amount", *CORRECTED)


def listed(template: str, columns: Sequence[str]) -> str:
    """The columns, each put into the template, with commas between."""
    return ", ".join(template.format(column) for column in columns)


# The defaults give staged rows their ids, in the order of the file.
STAGING = text("create temporary table if not exists staged (like transactions including defaults) on commit drop")
MERGE = text(f"""
    with merged as (
        merge into transactions as t
        using (select distinct on (account_id, identity) * from staged order by account_id, identity, id) as s
        -- The first condition keeps the planner from reading everybody's rows when a file has thousands.
        on t.account_id = any(array(select distinct account_id from staged))
            and t.account_id = s.account_id and t.identity = s.identity
        when matched and ({listed("t.{}", CORRECTED)}) is distinct from ({listed("s.{}", CORRECTED)}) then
            update set {listed("{0} = s.{0}", CORRECTED)}, updated_at = now()
        when not matched then
            insert (id, {listed("{}", COLUMNS)}) values (s.id, {listed("s.{}", COLUMNS)})
        returning merge_action() as action, t.account_id
    )
    select staged.account_id, staged.rows, coalesce(done.new, 0) as new, coalesce(done.corrected, 0) as corrected
    from (select account_id, count(*) as rows from staged group by account_id) as staged
    left join (
        select account_id, count(*) filter (where action = 'INSERT') as new,
            count(*) filter (where action = 'UPDATE') as corrected
        from merged group by account_id
    ) as done using (account_id)
""")  # noqa: S608  # the columns are constants of this module

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class PostgresTransactionRepository:
    """Implements `TransactionRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def stage(
        self, user_id: UserId, account_id: AccountId, currency: str, rows: Sequence[tuple[bytes, Movement]]
    ) -> None:
        # SQLAlchemy begins its transaction with its first statement; COPY goes past it, so this must come first.
        await self._session.execute(STAGING)
        connection = await (await self._session.connection()).get_raw_connection()
        driver = connection.driver_connection
        if driver is None or not driver.is_in_transaction():
            raise RuntimeError("COPY outside the unit of work")
        lines = await asyncio.to_thread(encoded, f"{user_id}\t{account_id}", currency, rows)
        await driver.copy_to_table("staged", source=once(lines), columns=COLUMNS, format="text")

    async def merge(self) -> Mapping[AccountId, MergeCounts]:
        await self._session.execute(STAGING)
        await self._session.execute(text("analyze staged (account_id, identity)"))
        merged = (await self._session.execute(MERGE)).all()
        await self._session.execute(text("truncate staged"))
        return {
            row.account_id: MergeCounts(
                new=row.new, corrected=row.corrected, duplicate=row.rows - row.new - row.corrected
            )
            for row in merged
        }


async def once(chunk: bytes) -> AsyncIterator[bytes]:
    """One chunk, as COPY takes its source."""
    yield chunk


def encoded(owner: str, currency: str, rows: Sequence[tuple[bytes, Movement]]) -> bytes:
    """The rows in COPY's text format, columns in the order of `COLUMNS`."""
    return "".join(
        f"{owner}\t\\\\x{identity.hex()}\t{row.booked_on}\t{row.amount}\t{plain(row.value_on)}\t"
        f"{plain(row.transacted_at)}\t{row.status}\t{row.type}\t{row.subtype}\t{currency}\t"
        f"{escaped(row.description)}\t{escaped(row.counterparty)}\t{escaped(row.memo)}\t{escaped(row.reference)}\t"
        f"{escaped(row.check_number)}\t{plain(row.original_amount)}\t{escaped(row.original_currency)}\n"
        for identity, row in rows
    ).encode()


def plain(value: date | datetime | Decimal | None) -> str:
    return "\\N" if value is None else str(value)


def escaped(value: str | None) -> str:
    if value is None:
        return "\\N"
    is_plain = value.isprintable() and "\\" not in value  # almost all are, and translating takes ten times as long
    return value if is_plain else value.translate(ESCAPES)
