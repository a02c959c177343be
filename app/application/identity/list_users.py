"""List everybody, for an operator: the oldest first, up to a limit."""

from typing import Annotated

from msgspec import Meta

from app.application.identity.views import UserLine, UserReader
from app.application.registry import Query, query
from app.core.result import Result, Success


class ListUsers(Query[list[UserLine]]):
    limit: Annotated[int, Meta(ge=1, le=100_000)]


@query(ListUsers)
class ListUsersHandler:
    users: UserReader

    async def __call__(self, message: ListUsers) -> Result[list[UserLine]]:
        return Success(await self.users.users(message.limit))
