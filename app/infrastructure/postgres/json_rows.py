"""SQL that answers JSON: PostgreSQL writes hot lists itself, and the view struct says what.

The select list is made from the view's fields, so that the struct stays the only definition: it documents the schema
here and decodes the bytes in a contract test. Numbers become text (no float, scale kept), instants ISO 8601 in UTC.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, get_args

from msgspec import Struct
from msgspec.structs import fields

from app.application.views import Money
from app.core.paging import Rows


def money(amount: str, currency: str) -> str:
    """A Money object, null where there is no amount."""
    built = f"json_build_object('amount', {amount}::text, 'currency', {currency})"
    return f"case when {amount} is not null then {built} end"


def instant(value: str) -> str:
    """An instant with Z for UTC, as msgspec writes it elsewhere; costs what the JSON functions' own form does."""
    return f"replace(({value} at time zone 'UTC')::text, ' ', 'T') || 'Z'"


def select_list(view: type[Struct], **special: str) -> str:
    """The view's fields as SQL over a row called t; `special` gives those that are not simply a column."""
    return ", ".join(
        f"{special.get(field.name) or column(field.name, field.type)} as {field.name}" for field in fields(view)
    )


def column(name: str, kind: Any) -> str:
    """A plain field: the column of its name."""
    kinds = [*_kinds(kind)]
    if Money in kinds:
        return money(f"t.{name}", "t.currency")
    if datetime in kinds:
        return instant(f"t.{name}")
    return f"t.{name}::text" if Decimal in kinds else f"t.{name}"


def _kinds(kind: Any) -> Iterator[Any]:
    """The type and all that it is made of."""
    yield kind
    for part in get_args(kind):
        yield from _kinds(part)


def page(source: str, view: str, order: str, key: tuple[str, ...], total: str) -> str:
    """A statement answering one page: `rows` (JSON), `last` (the sort key to go on from, as text) and `total`.

    `source` selects from t with a WHERE clause; the page's size is $1, and one row more is looked at.
    """
    last = ", ".join(f"{part}::text" for part in key)
    return f"""
        with page as materialized (select t.* from {source} order by {order} limit $1::int + 1),
        shown as (select {view} from page as t order by {order} limit $1)
        select
            (select coalesce(json_agg(shown), '[]')::text from shown) as rows,
            (select array[{last}] from page as t where (select count(*) from page) > $1
                order by {order} limit 1 offset $1::int - 1) as last,
            {total} as total
    """  # noqa: S608  # built from constants and struct fields, never from input


def page_beside(common: str, listed: str, beside: str, owned: str = "") -> str:
    """A page with more members of the answer beside its rows: `beside` is SQL of their JSON text, without braces.

    `common` is the WITH clause of both; `owned` names a table whose row must be there, else nothing is answered.
    """
    return f"with {common} select p.*, {beside} as beside from ({listed}) as p{owned and f', {owned}'}"  # noqa: S608


def rows(record: Any) -> Rows:
    """What a page statement answered."""
    last = tuple(record["last"]) if record["last"] is not None else None
    beside = record.get("beside", "").encode()
    return Rows(json=record["rows"].encode(), last=last, total=record["total"], beside=beside)
