"""What a caller attaches to a command, apart from what it says."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.domain.protocols.idempotency import Claim


@dataclass(slots=True, kw_only=True)
class Terms:
    """`claim`: keep the answer under its key. `is_unchanged`: only if the thing is still what the caller read.

    Both are settled when the command's change is made and not yet committed: then nobody else can change the thing.
    """

    claim: Claim | None = None
    is_unchanged: Callable[[], Awaitable[bool]] | None = None
