"""Who owns what."""

from enum import StrEnum
from typing import Protocol
from uuid import UUID

from app.core.ids import UserId


class Owned(StrEnum):
    """Kinds of things that belong to a user."""

    CONNECTION = "connection"
    ACCOUNT = "account"
    HOLDING = "holding"
    TRANSACTION = "transaction"


class OwnershipReader(Protocol):
    """Finds owners."""

    async def owner(self, kind: Owned, thing: UUID) -> UserId | None:
        """The user it belongs to, found with one query; None if there is no such thing."""
