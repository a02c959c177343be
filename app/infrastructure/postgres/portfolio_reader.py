"""Reading holdings, balances and net worth: one statement each, the owner in its WHERE clause, JSON from the database.

What is current is found account by account through the index (account, as_of): the newest balance, the newest report.
"""

from datetime import datetime
from uuid import UUID

from app.application.portfolio.views import (
    BalanceChange,
    BalanceSnapshotView,
    DayRange,
    HoldingFilter,
    HoldingTotals,
    HoldingView,
)
from app.core.ids import AccountId, UserId
from app.core.paging import Rows, Window
from app.infrastructure.postgres.filters import Filters
from app.infrastructure.postgres.json_rows import instant, money, page, page_beside, rows, select_list
from app.infrastructure.postgres.reader import Reader
from app.infrastructure.postgres.readers import LIABILITIES

NEWEST = "(select * from {} where account_id = a.id order by as_of desc, id desc limit 1)"
BALANCE, REPORT = NEWEST.format("balance_snapshots"), NEWEST.format("holding_reports")
GAIN = "t.market_value - t.cost_basis_total"
PER_UNIT = "trim_scale(round(abs(t.cost_basis_total) / nullif(t.quantity, 0), 10))"
HOLDING = select_list(
    HoldingView,
    security="json_build_object('symbol', t.symbol, 'name', t.security_name, 'cusip', t.cusip, 'isin', t.isin)",
    cost_basis_per_unit=money(PER_UNIT, "t.currency"),
    unrealized_gain=money(f"({GAIN})", "t.currency"),
)
HELD = f"accounts as a cross join lateral {REPORT} as newest join holdings as t on t.report_id = newest.id"
TOTALS = f"""
    '"totals":' || (select coalesce(json_agg(row_to_json(v)), '[]') from (select {select_list(HoldingTotals)} from (
        select currency, count(*) as holdings, sum(market_value) as market_value,
            sum(cost_basis_total) as cost_basis_total, sum({GAIN}) as unrealized_gain
        from held as t group by currency order by currency
    ) as t) as v)::text
"""  # noqa: S608  # constants of this module, here and below
SNAPSHOT = select_list(BalanceSnapshotView)
LATEST = f"accounts as a cross join lateral {BALANCE} as t where a.user_id = $2"
CHANGE = select_list(
    BalanceChange,
    start=money("t.first", "t.first_currency"),
    end=money("t.last", "t.currency"),
    percent="round((t.change / nullif(abs(t.first), 0)) * 100, 2)::text",
)
ENDS = """
    select first.current as first, first.currency as first_currency, last.current as last, last.currency,
        case when first.currency = last.currency then last.current - first.current end as change
    from (values (1)) as always
    left join lateral (select * from told where current is not null order by as_of limit 1) as first on true
    left join lateral (select * from told where current is not null order by as_of desc limit 1) as last on true
"""
# Files that overlap say the same balance again: the one told last counts.
TOLD = "select distinct on (t.as_of) t.* from balance_snapshots as t where t.account_id = $3 and t.user_id = $2"
SUMMARY = f"'\"summary\":' || (select row_to_json(v)::text from (select {CHANGE} from ({ENDS}) as t) as v)"  # noqa: S608
NET_WORTH = f"""
    with a as materialized (
        select id, type in ({LIABILITIES}) as is_owed from accounts where user_id = $1 and not hidden
    ),
    balances as materialized (
        select a.id, a.is_owed, t.currency, t.as_of,
            coalesce(t.current, t.cash_value + t.holdings_value, t.available) as amount
        from a cross join lateral {BALANCE} as t
    ),
    worth as materialized (
        select * from balances where amount is not null
        union all
        select a.id, a.is_owed, t.currency, t.as_of, t.market_value
        from a cross join lateral {REPORT} as newest join holdings as t on t.report_id = newest.id
        where t.market_value is not null and not exists (
            select from balances where balances.id = a.id and balances.amount is not null)
    ),
    sums as (
        select currency, coalesce(sum(amount) filter (where not is_owed), 0) as assets,
            coalesce(-sum(amount) filter (where is_owed), 0) as liabilities, sum(amount) as net_worth
        from worth group by currency order by currency
    )
    select json_build_object(
        'currencies', (select coalesce(json_agg(json_build_object('currency', currency,
            'assets', {money("assets", "currency")}, 'liabilities', {money("liabilities", "currency")},
            'net_worth', {money("net_worth", "currency")})), '[]') from sums),
        'oldest_as_of', (select {instant("min(as_of)")} from worth),
        'accounts_counted', (select count(distinct id) from worth),
        'accounts_unknown', (select coalesce(json_agg(id order by id), '[]') from a
            where not exists (select from worth where worth.id = a.id))
    )::text
"""  # noqa: S608
OF_OWNER = "accounts as owned where owned.id = $3 and owned.user_id = $2"


class PostgresPortfolioReader(Reader):
    """Implements `PortfolioReader`."""

    async def holdings(self, user_id: UserId, wanted: HoldingFilter, window: Window) -> Rows | None:
        filters = Filters(window.limit, user_id).add("a.id = {}", wanted.account_id)
        filters.add("t.asset_class = {}", wanted.asset_class).add("upper(t.symbol) = upper({})", wanted.symbol)
        held = f"held as materialized (select t.* from {HELD} where a.user_id = $2{filters.text})"  # noqa: S608
        after = (UUID(window.after[0]), int(window.after[1])) if window.after else (None,)
        further = Filters(*filters.arguments).add("(t.account_id, t.number) > ({}, {})", *after)
        listed = page(
            f"held as t where true{further.text}",
            HOLDING,
            "t.account_id, t.number",
            ("t.account_id", "t.number"),
            "(select count(*) from held)" if window.total else "null::bigint",
        )
        statement = page_beside(held, listed, TOTALS, OF_OWNER if wanted.account_id else "")
        record = await self._pool.fetchrow(statement, *further.arguments)
        return rows(record) if record else None

    async def latest_balances(self, user_id: UserId, window: Window) -> Rows:
        filters = Filters(window.limit, user_id).add("a.id > {}", UUID(window.after[0]) if window.after else None)
        counted = f"(select count(*) from {LATEST})" if window.total else "null::bigint"  # noqa: S608
        statement = page(f"{LATEST}{filters.text}", SNAPSHOT, "t.account_id", ("t.account_id",), counted)
        return rows(await self._pool.fetchrow(statement, *filters.arguments))

    async def balances(self, user_id: UserId, account_id: AccountId, days: DayRange, window: Window) -> Rows | None:
        filters = Filters(window.limit, user_id, account_id)
        filters.add("t.as_of >= {}::date::timestamp at time zone 'UTC'", days.start_on)
        filters.add("t.as_of < ({}::date + 1)::timestamp at time zone 'UTC'", days.end_on)
        told = f"told as materialized ({TOLD}{filters.text} order by t.as_of desc, t.id desc)"
        further = Filters(*filters.arguments)
        further.add("t.as_of < {}", datetime.fromisoformat(window.after[0]) if window.after else None)
        listed = page(
            f"told as t where true{further.text}",
            SNAPSHOT,
            "t.as_of desc",
            ("t.as_of",),
            "(select count(*) from told)" if window.total else "null::bigint",
        )
        record = await self._pool.fetchrow(page_beside(told, listed, SUMMARY, OF_OWNER), *further.arguments)
        return rows(record) if record else None

    async def net_worth(self, user_id: UserId) -> bytes:
        worth: str = await self._pool.fetchval(NET_WORTH, user_id)
        return worth.encode()
