"""List one's own live sessions."""

from functools import partial

from app.application.identity.views import SessionReader, SessionView
from app.application.registry import Query, query
from app.application.views import Page, Paged, paged
from app.core.paging import Cursors
from app.core.result import Result
from app.domain.identity.actor import Actor


class ListSessions(Paged, Query[Page[SessionView]]):
    pass


@query(ListSessions)
class ListSessionsHandler:
    sessions: SessionReader
    cursors: Cursors
    actor: Actor

    async def __call__(self, message: ListSessions) -> Result[Page[SessionView]]:
        person = self.actor.person
        read = partial(self.sessions.sessions, person, self.actor.session)
        return await paged(message, f"sessions:{person}", self.cursors, read)
