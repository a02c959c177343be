"""Find somebody by the address, for an operator who acts for them."""

from app.application.fields import EmailText
from app.application.identity.errors import EmailUnknown
from app.application.registry import Query, query
from app.core.ids import UserId
from app.core.result import Failure, Result, Success
from app.domain.identity.user import normalised_email
from app.domain.protocols.identity import UserRepository


class FindUser(Query[UserId]):
    email: EmailText


@query(FindUser)
class FindUserHandler:
    users: UserRepository

    async def __call__(self, message: FindUser) -> Result[UserId]:
        known = await self.users.by_email(normalised_email(message.email) or "")
        return Success(known.id) if known else Failure(EmailUnknown())
