"""Requests that may be sent again: the second one gets the answer of the first."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Protocol

from app.core.ids import UserId

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedRequest:
    """What a client calls by a key: whose it is (a user or an address), the operation and the digest of its body."""

    principal: str
    user_id: UserId | None
    operation: str
    key: str
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to carry a request out. `status` is what it answers where it succeeds."""

    id: bytes
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Refused(Enum):
    """Why a request is neither carried out nor answered from store."""

    RUNNING = "running"
    OTHER_BODY = "other_body"


class IdempotencyKeys(Protocol):
    """Keys and the answers they stand for, for `KEPT_FOR`; answers are encrypted.

    An answer is kept with the change it tells of, in one transaction, so that a crash loses both or neither. A request
    that died without a change blocks its key for a few minutes.
    """

    async def claim(self, request: KeyedRequest, status: int) -> Claim | StoredAnswer | Refused:
        """The right to carry the request out, which one of several has; or what came of it before."""

    async def keep(self, claim: Claim, answer: StoredAnswer) -> None: ...

    async def release(self, claim: Claim) -> None:
        """Let the key be used again, unless its request changed something."""

    async def purge(self) -> int:
        """Delete what was kept long enough; answer how many."""
