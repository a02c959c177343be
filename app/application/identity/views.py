"""What the API shows of people, sessions and tokens, and the ports that read it."""

from typing import Protocol, Self
from uuid import UUID

from app.application.fields import Count, Instant
from app.application.registry import Immutable
from app.application.views import Listed
from app.core.ids import SessionId, UserId
from app.core.paging import Rows, Window
from app.domain.identity.user import User


class UserView(Immutable):
    id: UUID
    email: str
    name: str | None
    roles: list[str]
    tier: str
    email_verified: bool
    created_at: Instant

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(
            id=user.id,
            email=user.email,
            name=user.name,
            roles=[*user.roles],
            tier=user.tier,
            email_verified=user.verified_at is not None,
            created_at=user.created_at,
        )


class UserLine(Immutable):
    """What an operator sees of a person; the state is `active`, `unverified` or `locked`."""

    email: str
    roles: list[str]
    tier: str
    state: str
    created_at: Instant


class Tokens(Immutable):
    access_token: str
    refresh_token: str
    token_type: str
    expires_in: Count
    session_id: UUID


class SessionView(Immutable):
    id: UUID
    device: str | None
    ip_address: str | None
    location: str | None
    created_at: Instant
    last_seen_at: Instant
    expires_at: Instant
    is_current: bool


class SessionPage(Listed):
    sessions: list[SessionView]


class MailRequested(Immutable):
    """The same whether the address is known or not: if it is, a mail is on its way."""

    email: str


class UserReader(Protocol):
    """Reads people for answers."""

    async def user(self, user_id: UserId) -> UserView | None: ...

    async def users(self, limit: int) -> list[UserLine]:
        """People for an operator, those who registered first before others."""


class SessionReader(Protocol):
    """Reads live sessions for answers: one statement each, the owner in its WHERE clause."""

    async def sessions(self, user_id: UserId, current: SessionId, window: Window) -> Rows:
        """The user's live sessions as JSON of `SessionView`, oldest first."""

    async def session(self, user_id: UserId, current: SessionId, session_id: SessionId) -> bytes | None:
        """One session as JSON of `SessionView`; None if there is none or it is somebody else's."""
