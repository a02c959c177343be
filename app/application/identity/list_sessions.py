"""List one's own live sessions."""

from app.application.fields import CursorText, PageLimit
from app.application.identity.views import SessionReader, SessionView
from app.application.registry import Query, query
from app.application.views import Page
from app.core.errors import DomainError
from app.core.paging import Cursors, Window
from app.core.result import Failure, Result, Success
from app.domain.identity.actor import Actor


class ListSessions(Query[Page[SessionView]]):
    limit: PageLimit
    cursor: CursorText | None
    total: bool


@query(ListSessions)
class ListSessionsHandler:
    sessions: SessionReader
    cursors: Cursors
    actor: Actor

    async def __call__(self, message: ListSessions) -> Result[Page[SessionView], DomainError]:
        scope = f"sessions:{self.actor.person}"
        after = self.cursors.read(message.cursor, scope)
        if isinstance(after, Failure):
            return after
        window = Window(limit=message.limit, after=after.value, total=message.total)
        rows = await self.sessions.sessions(self.actor.person, self.actor.session, window)
        return Success(Page.of(rows, self.cursors, scope))
