"""Read one person, for an administrator."""

from app.application.admin.views import AdministrationReader
from app.application.registry import Query, query
from app.core.errors import DomainError, NotFound
from app.core.ids import UserId
from app.core.result import Failure, Result, Success


class GetRegisteredUser(Query[bytes]):
    user_id: UserId


@query(GetRegisteredUser)
class GetRegisteredUserHandler:
    reader: AdministrationReader

    async def __call__(self, message: GetRegisteredUser) -> Result[bytes, DomainError]:
        user = await self.reader.user(message.user_id)
        return Success(user) if user else Failure(NotFound())
