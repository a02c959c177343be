"""The statements by which syncs write. Only the newest run of a sync may."""

from sqlalchemy import text

HOLD = text("""
    select 1 from syncs as s join connections as c on c.id = s.connection_id and c.status = 'active'
    where s.id = :id and s.run = :run and s.state = 'running' for share of c for no key update of s
""")
LINK_NUMBER = text("""
    insert into account_links (user_id, account_id, connection_id, fingerprint, number_encrypted)
    values (:user_id, :account_id, :connection_id, :fingerprint, :sealed)
    on conflict (user_id, fingerprint) do nothing
""")
ACCOUNTS = """
    select k.provider_account_id as provider_id, k.account_id, a.currency, k.read_through
    from connection_accounts as k join accounts as a on a.id = k.account_id where k.connection_id = {}
"""
KNOWN_ACCOUNTS = text(ACCOUNTS.format(":id"))
KNOWN_ROWS = text("""
    with known as (
        select k.identity, bool_and(k.removed) as is_removed, (array_agg(k.transaction_id))[1] as transaction_id
        from transaction_sources as k
        where k.account_id = :account_id and k.scheme = :scheme and k.identity = any(:names)
        group by k.identity
        union
        select k.identity, bool_and(k.removed), (array_agg(k.transaction_id))[1]
        from transactions as t join transaction_sources as k on k.transaction_id = t.id and k.scheme = :scheme
        where cast(:starts_on as date) is not null and t.account_id = :account_id and t.user_id = :user_id
            and t.status <> 'removed'
            and (t.booked_on between :starts_on and :ends_on or t.status = 'pending')
        group by k.identity
    )
    select distinct on (k.identity) k.identity, k.is_removed, t.booked_on, t.amount, t.description,
        coalesce(t.booked_on between :starts_on and :ends_on or t.status = 'pending', false) as is_expected
    from known as k join transactions as t on t.id = k.transaction_id
""")
NOTE = text("""
    insert into sync_accounts as s (sync_id, account_id, user_id, created, updated, removed, unchanged, error)
    values (:sync_id, :account_id, :user_id, :created, :updated, :removed, :unchanged, cast(:error as jsonb))
    on conflict (sync_id, account_id) do update set created = s.created + excluded.created,
        updated = s.updated + excluded.updated, removed = s.removed + excluded.removed,
        unchanged = s.unchanged + excluded.unchanged, error = coalesce(s.error, excluded.error)
""")
FINISH = text("""
    with went as (
        select case
            when count(*) filter (where error is null) = 0 then 'failed'
            when count(*) filter (where error is not null) > 0 or cast(:error as jsonb) is not null then 'partial'
            else 'succeeded' end as state
        from sync_accounts where sync_id = :id
    ),
    ended as (
        update syncs as s set state = went.state, error = cast(:error as jsonb), finished_at = :now
        from went where s.id = :id and s.run = :run and s.state = 'running' returning s.*
    ),
    fresh as (
        update accounts as a set last_success_at = :now, data_as_of = greatest(a.data_as_of, ended.started_at),
            freshness = 'current', user_action = null
        from sync_accounts as r, ended
        where r.sync_id = ended.id and a.id = r.account_id and r.error is null and ended.error is null
            and :is_connected
        returning a.id, ended.connection_id, ended.started_at
    ),
    told as (
        update account_sources as k set arrived_at = :now, data_as_of = fresh.started_at
        from fresh where k.account_id = fresh.id and k.source_id = fresh.connection_id
    ),
    failing as (
        update accounts as a set freshness = 'failing', user_action = :action
        from connection_accounts as k, ended
        where k.connection_id = ended.connection_id and a.id = k.account_id and :is_connected and (
            ended.error is not null
            or exists (select from sync_accounts as r where r.sync_id = ended.id and r.account_id = a.id
                and r.error is not null)
        )
    ),
    synced as (
        update connections as c set last_sync_at = :now from ended
        where c.id = ended.connection_id and ended.state <> 'failed'
    )
    select state from ended
""")
