"""Read one person, for an administrator."""

from app.application.admin.views import AdministrationReader
from app.application.registry import Query, query
from app.core.ids import UserId
from app.core.result import Result, found


class GetRegisteredUser(Query[bytes]):
    user_id: UserId


@query(GetRegisteredUser)
class GetRegisteredUserHandler:
    reader: AdministrationReader

    async def __call__(self, message: GetRegisteredUser) -> Result[bytes]:
        return found(await self.reader.user(message.user_id))
