"""The statements that take back what sources told, all its rows at once."""

from sqlalchemy import text

TAKEN = text("""
    create temporary table if not exists taken (transaction_id uuid, account_id uuid, since uuid) on commit drop
""")
TAKE = text("""
    with gone as (
        delete from transaction_sources where user_id = :user_id and source_id = any(cast(:source_ids as uuid[]))
        returning transaction_id, account_id, id
    )
    insert into taken (transaction_id, account_id, since)
    select distinct on (transaction_id) transaction_id, account_id, id from gone order by transaction_id, id desc
""")
DROP = text("""
    with dropped as (
        delete from transactions as t using taken
        where t.id = taken.transaction_id
            and not exists (select from transaction_sources as k where k.transaction_id = t.id)
        returning t.id
    )
    select count(*) from dropped
""")
LEFT = text("select t.id from transactions as t join taken on taken.transaction_id = t.id")
KEPT = text("""
    select t.id, t.account_id, k.source, k.source_id, count(*) over () as kept
    from taken join transactions as t on t.id = taken.transaction_id
    join lateral (
        select source, source_id from transaction_sources as k
        where k.transaction_id = t.id and k.id > taken.since order by k.id desc limit 1
    ) as k on true
    order by t.id limit :kept_max
""")
