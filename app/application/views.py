"""Shapes that many answers share."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from app.application.fields import Count, Currency, CursorText, PageLimit
from app.application.registry import Immutable
from app.core.errors import NotFound
from app.core.paging import Cursors, Rows, Window
from app.core.result import Failure, Result, Success


class Money(Immutable):
    """An amount and its currency; the scale is the one it came with."""

    amount: Annotated[Decimal, Meta(description="A decimal number as a string.", examples=["-12.34"])]
    currency: Currency


class Listed(Immutable):
    """What a page of a list says beside its rows; it has `limit` of them at most."""

    has_more: bool
    next_cursor: Annotated[str | None, Meta(description="Send it as `cursor`: the next page. Null on the last.")]
    total_count: Annotated[Count | UnsetType, Meta(description="Of the whole list, if `include=total` asks.")] = UNSET


class Page[V](Immutable):
    """Some rows of a list. `rows` is the JSON array of V that the database wrote, `beside` as in `Rows`."""

    rows: bytes
    beside: bytes
    has_more: bool
    next_cursor: str | None
    total_count: int | None


class Paged(Immutable):
    """A query for one page of a list."""

    limit: PageLimit
    cursor: CursorText | None
    total: bool


async def paged[V](
    message: Paged, scope: str, cursors: Cursors, read: Callable[[Window], Awaitable[Rows | None]]
) -> Result[Page[V]]:
    """The page that the message asks for of the list that `scope` names; `read` answers None where there is no list."""
    after = cursors.read(message.cursor, scope)
    if isinstance(after, Failure):
        return after
    rows = await read(Window(limit=message.limit, after=after.value, total=message.total))
    if rows is None:
        return Failure(NotFound())
    next_cursor = cursors.write(rows.last, scope)
    return Success(
        Page[V](
            rows=rows.json,
            beside=rows.beside,
            has_more=next_cursor is not None,
            next_cursor=next_cursor,
            total_count=rows.total,
        )
    )
