"""Query parameters that many routes share."""

from typing import Annotated, Literal

from litestar.params import QueryParameter

from app.application.fields import CursorText, PageLimit

Limit = Annotated[PageLimit, QueryParameter()]
Cursor = Annotated[CursorText | None, QueryParameter()]
Include = Annotated[
    Literal["total"] | None, QueryParameter(description="`total` adds `total_count`, the length of the whole list.")
]
LIMIT_DEFAULT = 50
