"""How often something may be asked."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class LimitPolicy(StrEnum):
    """What kind of route it is; settings say how much of it is allowed (`limits.<policy>`)."""

    AUTH_LOGIN = "auth_login"
    AUTH_REGISTER = "auth_register"
    AUTH_PASSWORD_RESET = "auth_password_reset"  # noqa: S105  # a policy's name
    AUTH_TOKEN_REFRESH = "auth_token_refresh"  # noqa: S105  # a policy's name
    PROVIDER_CONNECT = "provider_connect"
    PROVIDER_SYNC = "provider_sync"
    API_READ = "api_read"
    API_WRITE = "api_write"
    UNLIMITED = "unlimited"

    @property
    def is_strict(self) -> bool:
        """Whether it is limited also while Redis is away: guessing secrets is."""
        return self.startswith("auth_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A token bucket: it holds `capacity` requests, is full at first, and fills at a steady rate.

    There is one for each operation (not each spelling of its path) and principal: a verified user or an address.
    """

    principal: str
    operation: str
    capacity: int
    refill_per_second: float
    is_strict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a bucket answered. `reset_at` is the epoch second when it is full again.

    `retry_after_seconds` is 0 where the request may pass, else after how many seconds one more may. `is_first_denial`
    marks the first refusal since a request passed. `is_degraded` says that Redis was away; a bucket that is not strict
    then has no limit.
    """

    limit: int | None
    remaining: int = 0
    reset_at: int = 0
    retry_after_seconds: int = 0
    is_first_denial: bool = False
    is_degraded: bool = False


class RateLimiter(Protocol):
    """Counts requests over all processes. Never fails: without Redis it says so in its answer."""

    async def take(self, bucket: Bucket) -> Allowance:
        """Take one request out of the bucket, if one is left."""

    def take_here(self, bucket: Bucket) -> Allowance:
        """The same for a bucket of this process only, at no round trip."""
