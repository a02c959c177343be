"""What many controller methods take."""

from datetime import date
from typing import Annotated, Any, Literal, TypedDict

from dishka.integrations.litestar import FromDishka
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.application.dispatch import Dispatcher
from app.application.fields import CursorText, PageLimit
from app.core.ids import AccountId

LIMIT_DEFAULT = 50

Dispatch = FromDishka[Dispatcher]


def limits_of(field: Any, description: str | None = None) -> QueryParameter:
    """The limits of an annotated field, in the one form that Litestar checks and describes for parameters."""
    (meta,) = field.__metadata__
    said = description or meta.description
    return QueryParameter(ge=meta.ge, le=meta.le, max_length=meta.max_length, pattern=meta.pattern, description=said)


Limit = Annotated[int, limits_of(PageLimit)]
Cursor = Annotated[str | None, limits_of(CursorText)]
Include = Annotated[
    Literal["total"] | None, QueryParameter(description="`total` adds `total_count`, the length of the whole list.")
]


class Paging(TypedDict):
    """What a query for a page of a list takes."""

    limit: int
    cursor: str | None
    total: bool


def paging(limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None, include: Include = None) -> Paging:
    """Every list's parameters, given to the controller method as `page`."""
    return {"limit": limit, "cursor": cursor, "total": include == "total"}


PageAsked = NamedDependency[Paging]
Day = Annotated[date | None, QueryParameter(description="A day, included.")]
OfAccount = Annotated[AccountId | None, QueryParameter(description="Only what is in this account.")]
