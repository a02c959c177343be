"""List everybody, page by page; or look for one address."""

from app.application.admin.views import AdministrationReader, RegisteredUserView
from app.application.fields import EmailText
from app.application.registry import Query, query
from app.application.views import Page, Paged, paged
from app.core.paging import Cursors, Rows, Window
from app.core.result import Result
from app.domain.identity.user import normalised_email


class ListRegisteredUsers(Paged, Query[Page[RegisteredUserView]]):
    email: EmailText | None


@query(ListRegisteredUsers)
class ListRegisteredUsersHandler:
    reader: AdministrationReader
    cursors: Cursors

    async def __call__(self, message: ListRegisteredUsers) -> Result[Page[RegisteredUserView]]:
        # What can be no address is nobody's; it is looked for all the same.
        email = (normalised_email(message.email) or message.email) if message.email else None

        async def read(window: Window) -> Rows:
            return await self.reader.users(window, email)

        return await paged(message, f"registered_users:{email or ''}", self.cursors, read)
