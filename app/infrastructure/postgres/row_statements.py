"""The statements that bring staged rows into the ledger, and those that let a transaction say what its sources say.

Each works on all staged rows at once; how many run does not depend on how many rows there are. What is looked up in
the ledger is looked up row by row through an index, by lateral subqueries with a limit: left a choice, the planner
reads all of it. The caller holds the locks of the accounts, so nobody else changes what is read here.
"""

from collections.abc import Sequence

from sqlalchemy import text

from app.infrastructure.postgres.row_candidates import COMPARED, EARLIER, LATER, known
from app.infrastructure.postgres.row_copy import CONTENT, STAGED


def listed(template: str, columns: Sequence[str] = CONTENT) -> str:
    """The columns, each put into the template, with commas between."""
    return ", ".join(template.format(column) for column in columns)


def stated(row: str) -> str:
    """What a row of `transactions` or `staged` says, as JSON that keeps the scale of numbers."""
    return f"jsonb_strip_nulls(jsonb_build_object({listed(f"'{{0}}', {row}.{{0}}")}))"


# The defaults give rows their ids, in the order of the file.
STAGING = text("""
    create temporary table if not exists staged (
        n bigint generated always as identity, id uuid default uuidv7(),
        user_id uuid, account_id uuid, source text, source_id uuid, scheme text,
        identity bytea, completes bytea, locator text, external_id text, raw text, said bytea,
        booked_on date, amount numeric, value_on date, transacted_at timestamptz, status text, type text, subtype text,
        currency text, description text, counterparty text, memo text, reference text, check_number text,
        original_amount numeric, original_currency text, symbol text, security_name text, cusip text, isin text,
        quantity numeric, unit_price numeric, fees numeric
    ) on commit delete rows
""")
PLACED = text("""
    create temporary table if not exists placed (
        n bigint, id uuid, account_id uuid, transaction_id uuid, matched_by text, is_removed boolean,
        is_repeated boolean, is_changed boolean default false
    ) on commit delete rows
""")
# Of rows told twice the last one counts. What a provider tells over and over is remembered once. A row that is known
# joins the transaction that its scheme told before.
PLACE = text("""
    insert into placed (n, id, account_id, transaction_id, matched_by, is_removed, is_repeated)
    select s.n, s.id, s.account_id, coalesce(known.transaction_id, pending.transaction_id),
        case when known.transaction_id is null then case when pending.transaction_id is not null then 'pending_id' end
            when s.source <> 'import' and s.external_id is not null then 'provider_id'
            when s.external_id is not null then 'bank_id' else 'same_row' end,
        coalesce(known.removed, false), s.source <> 'import' and coalesce(known.said = s.said, false)
    from (select distinct on (account_id, identity) * from staged order by account_id, identity, n desc) as s
    left join lateral (
        select k.transaction_id, k.removed, k.said from transaction_sources as k
        where k.account_id = s.account_id and k.identity = s.identity order by k.id desc limit 1
    ) as known on true
    left join lateral (
        select k.transaction_id from transaction_sources as k
        where k.account_id = s.account_id and k.identity = s.completes and known.transaction_id is null limit 1
    ) as pending on true
""")
# Complete for an account and amount before the next one begins: what is judged together comes together.
# Rows that no source told by such an id before. They are compared in parts, those of one amount in one part.
UNKNOWN = "from placed as p join staged as s on s.n = p.n where p.transaction_id is null"
WAITING = text(f"""
    select s.user_id, array_agg(distinct s.account_id) as accounts, min(s.booked_on) - {EARLIER} as since,
        max(s.booked_on) + {LATER} as until, count(*) as rows
    {UNKNOWN} group by s.user_id
""")
PART = "(hash_numeric({0}.amount) & 65535) % cast(:parts as integer) = cast(:part as integer)"
STATED = text(f"""
    select s.n as key, s.account_id, {COMPARED.format("s")}, array[s.scheme] as schemes, array[s.external_id] as ids
    {UNKNOWN} and {PART.format("s")} order by s.n
""")
KNOWN = text(
    known(f"""t.user_id = :user_id and t.account_id = any(cast(:accounts as uuid[]))
        and t.booked_on between :since and :until and {PART.format("t")}
        and (t.account_id, t.amount) in (select s.account_id, s.amount {UNKNOWN})
        and not exists (select from placed as q where q.transaction_id = t.id)""")  # noqa: S608  # constants of this module
)
DECIDE = text("""
    update placed as p set transaction_id = d.transaction_id, matched_by = d.matched_by
    from unnest(cast(:n as bigint[]), cast(:ids as uuid[]), cast(:rules as text[])) as d (n, transaction_id, matched_by)
    where p.n = d.n
""")
# A pending row and the posted one that completes it may come together.
CHAIN = text("""
    update placed as p set transaction_id = first.id, matched_by = 'pending_id'
    from staged as s join staged as pending on pending.account_id = s.account_id and pending.identity = s.completes
    join placed as first on first.n = pending.n
    where s.completes is not null and p.n = s.n and p.transaction_id is null and first.transaction_id is null
""")
MARK = text("update placed set is_changed = true where transaction_id = any(cast(:ids as uuid[]))")
COUNTED = text("""
    select s.account_id, count(*) as rows, count(*) filter (where p.n is not null and p.transaction_id is null) as new,
        count(*) filter (where p.is_changed) as corrected
    from staged as s left join placed as p on p.n = s.n group by s.account_id
""")
DECISIONS = text("""
    select s.locator, s.account_id, s.booked_on, s.amount, s.currency, s.description, p.transaction_id,
        p.is_changed and p.n = s.n as is_changed,
        coalesce(p.matched_by, case when p.n = s.n then 'new' when s.external_id is null then 'same_row'
            else 'bank_id' end) as matched_by
    from staged as s
    join staged as last on last.account_id = s.account_id and last.identity = s.identity
    join placed as p on p.n = last.n
    order by s.n limit :decisions_max
""")
ADD = text(f"""
    insert into transactions (id, user_id, account_id, {listed("{}")})
    select s.id, s.user_id, s.account_id, {listed("s.{}")}
    from placed as p join staged as s on s.n = p.n where p.transaction_id is null order by s.n
""")  # noqa: S608  # constants of this module
# Only what the transaction does not show already is kept beside it.
REMEMBER = text(f"""
    insert into transaction_sources (transaction_id, {listed("{}", STAGED[:6])}, locator, external_id, raw, said,
        matched_by, removed, stated)
    select coalesce(p.transaction_id, p.id), {listed("s.{}", STAGED[:6])}, s.locator, s.external_id, s.raw, s.said,
        coalesce(p.matched_by, 'new'), p.is_removed,
        case when p.transaction_id is not null and (
            select true from transaction_sources as k
            where k.transaction_id = p.transaction_id and k.said = s.said and k.stated is null limit 1
        ) is null then {stated("s")} end
    from placed as p join staged as s on s.n = p.n where not p.is_repeated
    order by p.n
""")  # noqa: S608  # constants of this module
REMOVE = text("""
    update transaction_sources as k set removed = true
    from unnest(cast(:accounts as uuid[]), cast(:identities as bytea[])) as r (account_id, identity)
    where k.account_id = r.account_id and k.identity = r.identity and not k.removed
    returning k.transaction_id
""")
# Which source a transaction follows: one that still stands over one that was taken back, one that calls it posted over
# one that calls it pending, the scheme that told it first, and of that the newest. Answers which transactions changed.
SETTLE = text(f"""
    with told as (
        select k.transaction_id, k.id, k.scheme, k.said, k.stated, k.removed,
            coalesce(k.stated ->> 'status', t.status) = 'posted' as is_posted
        from transaction_sources as k join transactions as t on t.id = k.transaction_id
        where k.transaction_id = any(cast(:ids as uuid[])) and t.id = any(cast(:ids as uuid[]))
    ),
    ranked as (
        select *, first_value(scheme) over best as first_scheme, first_value(is_posted) over best as best_is_posted,
            first_value(removed) over best as is_removed
        from told window best as (partition by transaction_id order by removed, is_posted desc, id)
    ),
    followed as materialized (
        select distinct on (transaction_id) transaction_id, said, stated, is_removed from ranked
        where scheme = first_scheme and is_posted = best_is_posted and removed = is_removed
        order by transaction_id, id desc
    ),
    kept as (
        update transaction_sources as k
        set stated = case when k.stated is null then
            {stated("t")} || jsonb_build_object('updated_at', t.updated_at) end
        from followed as l join transactions as t on t.id = l.transaction_id
        where k.transaction_id = l.transaction_id and l.stated is not null and not l.is_removed
            and (k.stated is null or (k.said = l.said and k.stated = l.stated))
    ),
    shown as (
        update transactions as t set {listed("{0} = r.{0}")}, updated_at = coalesce(r.updated_at, now())
        from followed as l cross join lateral jsonb_populate_record(null::transactions, l.stated) as r
        where t.id = l.transaction_id and l.stated is not null and not l.is_removed
            and ({listed("t.{}")}) is distinct from ({listed("r.{}")})
        returning t.id, 'corrected' as change
    ),
    removed as (
        update transactions as t set status = 'removed', updated_at = now()
        from followed as l where t.id = l.transaction_id and l.is_removed and t.status <> 'removed'
        returning t.id, 'removed' as change
    )
    select * from shown union all select * from removed
""")  # noqa: S608  # constants of this module
# Not distinct instead of equal: by the index of sources it would read the whole file for each of its rows.
UNSETTLED = text("""
    select distinct p.transaction_id from placed as p join staged as s on s.n = p.n cross join lateral (
        select from transaction_sources as k
        where k.transaction_id = p.transaction_id and k.source_id is not distinct from s.source_id
            and k.identity is not distinct from s.identity and k.stated is not null limit 1
    ) as kept where p.transaction_id is not null
""")
