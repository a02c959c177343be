"""List one's own live sessions."""

from functools import partial

from app.application.fields import CursorText, PageLimit
from app.application.identity.views import SessionReader, SessionView
from app.application.registry import Query, query
from app.application.views import Page, paged
from app.core.errors import DomainError
from app.core.paging import Cursors
from app.core.result import Result
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
        person = self.actor.person
        read = partial(self.sessions.sessions, person, self.actor.session)
        return await paged(message, f"sessions:{person}", self.cursors, read)
