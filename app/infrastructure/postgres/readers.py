"""The read side: one prebuilt statement a question, the owner in its WHERE clause, JSON from the database."""

from datetime import date
from functools import cache
from uuid import UUID

from app.application.identity.views import SessionView, UserLine, UserView
from app.application.imports.views import ImportView
from app.application.ledger.views import AccountView, TransactionView
from app.core.ids import AccountId, ImportId, SessionId, UserId
from app.core.paging import Rows, Window
from app.domain.ledger.account import AccountType
from app.infrastructure.postgres.json_rows import instant, money, page, rows, select_list
from app.infrastructure.postgres.reader import Reader

LIABILITIES = ", ".join(f"'{kind}'" for kind in AccountType if kind.is_liability)
SOURCES_MAX = 10  # that an account shows
STALE_AFTER_HOURS = 36  # an institution that bears little is synced once a day
ACCOUNT = select_list(
    AccountView,
    balance=f"""(
        select json_build_object('current', {money("newest.current", "newest.currency")},
            'available', {money("newest.available", "newest.currency")}, 'as_of', {instant("newest.as_of")})
        from (values (1)) as always left join lateral (
            select * from balance_snapshots where account_id = t.id order by as_of desc, id desc limit 1
        ) as newest on true)""",  # noqa: S608  # constants of this module
    is_liability=f"t.type in ({LIABILITIES})",
    sources=f"""(
        select coalesce(json_agg(json_build_object('kind', kind, 'id', source_id) order by arrived_at, source_id), '[]')
        from (
            select case source when 'account_sync' then 'connection' else source end as kind, source_id, arrived_at
            from account_sources where account_id = t.id order by arrived_at desc, source_id desc limit {SOURCES_MAX}
        ) as sources)""",  # noqa: S608  # constants of this module
    freshness="json_build_object('state', case when t.freshness = 'current' and t.last_success_at < now() "
    f"- interval '{STALE_AFTER_HOURS} hours' then 'stale' else t.freshness end, "
    f"'last_success_at', {instant('t.last_success_at')}, 'data_as_of', {instant('t.data_as_of')}, "
    "'user_action', t.user_action)",
)
TRANSACTION = select_list(
    TransactionView,
    original_amount=money("t.original_amount", "t.original_currency"),
    security="case when coalesce(t.symbol, t.security_name, t.cusip, t.isin) is not null then json_build_object("
    "'symbol', t.symbol, 'name', t.security_name, 'cusip', t.cusip, 'isin', t.isin) end",
)
IMPORT = select_list(ImportView)
USER = """
    select id, email, name, roles, tier, verified_at is not null as email_verified, created_at from users where id = $1
"""
USERS = """
    select email, roles, tier, created_at,
        case when not is_active then 'locked' when verified_at is null then 'unverified' else 'active' end as state
    from users order by id limit $1
"""


SESSION = select_list(SessionView, location="null::text", ip_address="host(t.ip_address)", is_current="t.id = $3")
LIVE = "t.ended_at is null and t.expires_at > now()"
LIVE_SESSION = f"""
    select row_to_json(v)::text
    from (select {SESSION} from sessions as t where t.user_id = $1 and t.id = $2 and {LIVE}) as v
"""  # noqa: S608  # constants of this module


@cache
def live_sessions(*, after: bool, total: bool) -> str:
    """The statement that reads a page of a user's live sessions: $1 limit, $2 user, $3 current session, $4 after."""
    live = f"sessions as t where t.user_id = $2 and {LIVE}"
    counted = f"(select count(*) from {live})" if total else "null::bigint"  # noqa: S608
    return page(f"{live}{' and t.id > $4' if after else ''}", SESSION, "t.id", ("t.id",), counted)


@cache
def transactions_of(*, after: bool, total: bool, start: bool, end: bool) -> str:
    """The statement that reads a page of an account: $1 limit, $2 user, $3 account, then what is asked for."""
    filters = "t.user_id = $2 and t.account_id = $3"
    number = 4
    for wanted, condition in ((start, "t.booked_on >= ${}"), (end, "t.booked_on <= ${}")):
        if wanted:
            filters += " and " + condition.format(number)
            number += 1
    counted = f"(select count(*) from transactions as t where {filters})" if total else "null::bigint"  # noqa: S608
    if after:
        filters += f" and (t.booked_on, t.id) < (${number}, ${number + 1})"
    answer = page(
        f"transactions as t where {filters}",
        TRANSACTION,
        "t.booked_on desc, t.id desc",
        ("t.booked_on", "t.id"),
        counted,
    )
    return f"{answer} from accounts as owned where owned.id = $3 and owned.user_id = $2"


class PostgresLedgerReader(Reader):
    """Implements `LedgerReader`."""

    async def accounts(self, user_id: UserId, window: Window) -> Rows:
        return await self._listed("accounts", ACCOUNT, "asc", user_id, window)

    async def account(self, user_id: UserId, account_id: AccountId) -> bytes | None:
        return await self._one("accounts", ACCOUNT, user_id, account_id)

    async def transactions(
        self, user_id: UserId, account_id: AccountId, window: Window, start_on: date | None, end_on: date | None
    ) -> Rows | None:
        after = (date.fromisoformat(window.after[0]), UUID(window.after[1])) if window.after else ()
        statement = transactions_of(
            after=bool(after), total=window.total, start=start_on is not None, end=end_on is not None
        )
        dates = [day for day in (start_on, end_on) if day is not None]
        record = await self._pool.fetchrow(statement, window.limit, user_id, account_id, *dates, *after)
        return rows(record) if record else None


class PostgresImportReader(Reader):
    """Implements `ImportReader`."""

    async def imports(self, user_id: UserId, window: Window) -> Rows:
        return await self._listed("imports", IMPORT, "desc", user_id, window)

    async def statement_import(self, user_id: UserId, import_id: ImportId) -> bytes | None:
        return await self._one("imports", IMPORT, user_id, import_id)


class PostgresUserReader(Reader):
    """Implements `UserReader`."""

    async def user(self, user_id: UserId) -> UserView | None:
        row = await self._pool.fetchrow(USER, user_id)
        return UserView(**row) if row else None

    async def users(self, limit: int) -> list[UserLine]:
        return [UserLine(**row) for row in await self._pool.fetch(USERS, limit)]


class PostgresSessionReader(Reader):
    """Implements `SessionReader`."""

    async def sessions(self, user_id: UserId, current: SessionId, window: Window) -> Rows:
        after = [UUID(window.after[0])] if window.after else []
        statement = live_sessions(after=bool(after), total=window.total)
        return rows(await self._pool.fetchrow(statement, window.limit, user_id, current, *after))

    async def session(self, user_id: UserId, current: SessionId, session_id: SessionId) -> bytes | None:
        return await self._json(LIVE_SESSION, user_id, session_id, current)
