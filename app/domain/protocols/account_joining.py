"""Making two accounts one."""

from dataclasses import dataclass
from typing import Protocol

from app.core.ids import AccountId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedRows:
    """Transactions that moved as they are, and those that were a transaction of the target already."""

    moved: int
    merged: int


class AccountJoining(Protocol):
    """Joins accounts. The caller holds both."""

    async def are_alike(self, user_id: UserId, source_id: AccountId, target_id: AccountId) -> bool:
        """Whether both are the user's and have one currency."""

    async def join(self, user_id: UserId, source_id: AccountId, target_id: AccountId) -> JoinedRows:
        """Give all that belongs to the source to the target, rows matched by the rules of `row_matching`; it leaves."""
