"""Read one's own profile."""

from app.application.identity.views import UserReader, UserView
from app.application.registry import Query, query
from app.core.result import Result, found
from app.domain.identity.actor import Actor


class GetCurrentUser(Query[UserView]):
    pass


@query(GetCurrentUser)
class GetCurrentUserHandler:
    users: UserReader
    actor: Actor

    async def __call__(self, _: GetCurrentUser) -> Result[UserView]:
        return found(await self.users.user(self.actor.person))
