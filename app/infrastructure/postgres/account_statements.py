"""The statements that tie accounts to the imports and syncs that tell of them."""

from sqlalchemy import text

TELL = text("""
    insert into account_sources (account_id, source_id, source, user_id, fingerprints, arrived_at, account_updated_at)
    select id, :source_id, :source, :user_id, cast(:fingerprints as bytea[]), :at, updated_at
    from accounts where id = :account_id
    on conflict (account_id, source_id) do update
        set fingerprints = array(select distinct unnest(account_sources.fingerprints || excluded.fingerprints))
    returning account_id
""")
STATE = text("""
    with told as (
        update account_sources set data_as_of = greatest(data_as_of, cast(:as_of as timestamptz))
        where account_id = :account_id and source_id = :source_id
    )
    update accounts set data_as_of = greatest(data_as_of, cast(:as_of as timestamptz)),
        last_success_at = :at, updated_at = :at
    where id = :account_id
""")
TOLD = text("select account_id from account_sources where user_id = :user_id and source_id = :source_id order by 1")
UNTIE = text("delete from connection_accounts where user_id = :user_id and connection_id = :source_id")
# A number stays with the account while another source told of it by that number.
RELINK = text("""
    update account_links as l
    set import_id = case when k.source = 'import' then k.source_id end,
        connection_id = case when k.source <> 'import' then k.source_id end
    from account_sources as k
    where l.user_id = :user_id and :source_id in (l.import_id, l.connection_id) and k.account_id = l.account_id
        and k.source_id <> :source_id and l.fingerprint = any(k.fingerprints)
""")
UNLINK = text("""
    delete from account_links as l where l.user_id = :user_id and :source_id in (l.import_id, l.connection_id)
        and not exists (
        select from account_sources as k
        where k.account_id = l.account_id and k.source_id <> :source_id and l.fingerprint = any(k.fingerprints)
    )
""")
# What this source made of an account goes back to what the others make of it; what came later stays.
RELEASE = text("""
    with gone as (
        delete from account_sources where user_id = :user_id and source_id = :source_id returning *
    ),
    handed_on as (
        update account_sources as k set account_updated_at = g.account_updated_at from gone as g
        where k.account_id = g.account_id and k.source_id <> g.source_id and k.account_updated_at = g.arrived_at
    ),
    others as (
        select gone.account_id, max(k.arrived_at) filter (where k.source <> 'manual') as arrived_at,
             max(k.data_as_of) as data_as_of
        from gone left join account_sources as k on k.account_id = gone.account_id and k.source_id <> gone.source_id
        group by gone.account_id
    )
    update accounts as a set
        last_success_at = case when a.last_success_at = g.arrived_at then o.arrived_at else a.last_success_at end,
        data_as_of = case when a.data_as_of = g.data_as_of then o.data_as_of else a.data_as_of end,
        updated_at = case when a.updated_at = g.arrived_at then g.account_updated_at else a.updated_at end
    from gone as g join others as o on o.account_id = g.account_id
    where a.id = g.account_id
    returning a.id
""")
UNTOLD = text("""
    select id, name, opened_as, type, institution, hidden from accounts as a
    where id = any(cast(:ids as uuid[]))
        and not exists (select from account_sources where account_id = a.id)
        and not exists (select from account_links where account_id = a.id)
        and not exists (select from connection_accounts where account_id = a.id)
        and not exists (select from transactions where account_id = a.id)
    order by id
""")
