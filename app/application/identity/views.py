"""What the API shows of people and tokens, and the port that reads it."""

from datetime import datetime
from typing import Protocol, Self
from uuid import UUID

from app.application.registry import Immutable
from app.core.ids import UserId
from app.domain.identity.user import User


class UserView(Immutable):
    id: UUID
    email: str
    roles: list[str]
    email_verified: bool
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(
            id=user.id,
            email=user.email,
            roles=[*user.roles],
            email_verified=user.verified_at is not None,
            created_at=user.created_at,
        )


class Tokens(Immutable):
    access_token: str
    token_type: str
    expires_in: int
    session_id: UUID


class UserReader(Protocol):
    """Reads people for answers."""

    async def user(self, user_id: UserId) -> UserView | None: ...
