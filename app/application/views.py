"""Shapes that many answers share."""

from decimal import Decimal
from typing import Annotated

from msgspec import Meta, UnsetType

from app.application.registry import Immutable
from app.core.paging import Cursors, Rows


class Money(Immutable):
    """An amount and its currency; the scale is the one it came with."""

    amount: Annotated[Decimal, Meta(description="A decimal number as a string.", examples=["-12.34"])]
    currency: Annotated[str, Meta(description="ISO 4217.", examples=["USD"])]


TotalCount = Annotated[int | UnsetType, Meta(description="The length of the whole list, where `include=total` asks.")]


class Page[V](Immutable):
    """Some rows of a list. `rows` is the JSON array of V that the database wrote."""

    rows: bytes
    has_more: bool
    next_cursor: str | None
    total_count: int | None

    @classmethod
    def of(cls, rows: Rows, cursors: Cursors, scope: str) -> "Page[V]":
        next_cursor = cursors.write(rows.last, scope)
        return cls(rows=rows.json, has_more=next_cursor is not None, next_cursor=next_cursor, total_count=rows.total)
