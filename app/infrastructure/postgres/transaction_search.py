"""Searching transactions over all of a user's accounts.

Each account gives its newest matching rows from the index (user, account, date, id), and these are merged: there is no
second index to write on every import. A text is looked for row by row, among one user's rows.
"""

from datetime import date
from uuid import UUID

from app.application.ledger.search import TransactionFilter
from app.core.ids import UserId
from app.core.paging import Rows, Window
from app.infrastructure.postgres.filters import Filters
from app.infrastructure.postgres.json_rows import page, rows
from app.infrastructure.postgres.reader import Reader
from app.infrastructure.postgres.readers import TRANSACTION

# One concatenation is searched faster than each text by itself; no text has a line break in it.
TEXTS = (
    "concat_ws(E'\\n', t.description, t.counterparty, t.memo, t.reference, t.check_number, t.symbol, t.security_name)"
)
NEWEST_FIRST = "t.booked_on desc, t.id desc"
ESCAPES = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


class PostgresTransactionSearch(Reader):
    """Implements `TransactionSearch`."""

    async def transactions(self, user_id: UserId, wanted: TransactionFilter, window: Window) -> Rows | None:
        accounts = Filters(window.limit, user_id).add("a.id = {}", wanted.account_id)
        filters = matching(Filters(*accounts.arguments), wanted)
        mine = f"accounts as a cross join lateral ({{}}) as t where a.user_id = $2{accounts.text}"
        of_account = "from transactions as t where t.user_id = $2 and t.account_id = a.id"
        counted = mine.format(f"select 1 {of_account}{filters.text}")
        after = (date.fromisoformat(window.after[0]), UUID(window.after[1])) if window.after else (None,)
        filters.add("(t.booked_on, t.id) < ({}, {})", *after)
        newest = f"select t.* {of_account}{filters.text} order by {NEWEST_FIRST} limit $1::int + 1"
        statement = page(
            mine.format(newest),
            TRANSACTION,
            NEWEST_FIRST,
            ("t.booked_on", "t.id"),
            f"(select count(*) from {counted})" if window.total else "null::bigint",  # noqa: S608
        )
        owned = " from accounts as owned where owned.id = $3 and owned.user_id = $2" if wanted.account_id else ""
        record = await self._pool.fetchrow(statement + owned, *filters.arguments)
        return rows(record) if record else None


def matching(filters: Filters, wanted: TransactionFilter) -> Filters:
    """The conditions on a row."""
    filters.add("t.booked_on >= {}", wanted.start_on).add("t.booked_on <= {}", wanted.end_on)
    filters.add("t.amount >= {}", wanted.amount_min).add("t.amount <= {}", wanted.amount_max)
    filters.add("t.type = {}", wanted.type).add("t.subtype = {}", wanted.subtype)
    filters.add("t.status = {}", wanted.status) if wanted.status else filters.add("t.status <> 'removed'")
    return filters.add(f"{TEXTS} ilike {{}}", f"%{wanted.text.translate(ESCAPES)}%" if wanted.text else None)
