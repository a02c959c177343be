"""A login, from its start until it ends or expires, and the rules of its tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum

from app.core.ids import SessionId, TokenId, UserId

# A refresh whose answer was lost may be repeated this long, as long as the successor has not been used.
RETRY = timedelta(seconds=10)


class EndReason(StrEnum):
    LOGOUT = "logout"
    REVOKED = "revoked"
    EVICTED = "evicted"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # a reason
    TOKEN_REPLAYED = "token_replayed"  # noqa: S105  # a reason
    TOKEN_ROTATED = "token_rotated"  # noqa: S105  # a reason
    USER_DISABLED = "user_disabled"


class Tier(StrEnum):
    BASIC = "basic"
    ESSENTIAL = "essential"
    PLUS = "plus"
    PREMIUM = "premium"
    PRO = "pro"

    @property
    def sessions_max(self) -> int | None:
        """How many sessions may live at once; None is without limit."""
        return {Tier.BASIC: 2, Tier.ESSENTIAL: 3, Tier.PLUS: 5, Tier.PREMIUM: 10, Tier.PRO: None}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`token_version` is the version that was required when its tokens were last renewed."""

    id: SessionId
    user_id: UserId
    device: str | None
    ip_address: str | None
    user_agent: str | None
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    confirmed_until: datetime | None = None
    token_version: int

    def is_live(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.expires_at


def evicted(live: Sequence[Session], tier: Tier) -> list[Session]:
    """The oldest sessions that must end so that one more fits."""
    if tier.sessions_max is None:
        return []
    beyond = len(live) + 1 - tier.sessions_max
    return sorted(live, key=lambda session: session.created_at)[: max(beyond, 0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """One link of a session's chain; only the last one, unused, is live. The secret itself is stored nowhere."""

    id: TokenId
    session_id: SessionId
    secret_hash: bytes
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class Presented(Enum):
    """What a presented refresh token is good for."""

    FRESH = "exchange it"
    RETRY = "give the same successor again"
    REPLAY = "it was stolen: end the session"
    EXPIRED = "it lay unused too long"


def judged(token: RefreshToken, successor: RefreshToken | None, now: datetime) -> Presented:
    """Judge a token of a live session. A used one may come back shortly, while its successor is unused."""
    if token.used_at is None:
        return Presented.FRESH if now < token.expires_at else Presented.EXPIRED
    retried = successor is not None and successor.used_at is None and now - token.used_at <= RETRY
    return Presented.RETRY if retried else Presented.REPLAY


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredVersion:
    """The token version asked for now, and until when the one asked for before, `graced`, will do."""

    version: int
    graced: int
    grace_until: datetime | None

    def accepts(self, session: Session, now: datetime) -> bool:
        in_grace = self.grace_until is not None and now < self.grace_until
        return session.token_version >= (self.graced if in_grace else self.version)


class MailTokenKind(StrEnum):
    VERIFICATION = "verification"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailToken:
    """Sent by mail, used once: proves that its bearer reads the user's mail. The secret itself is stored nowhere."""

    id: TokenId
    kind: MailTokenKind
    user_id: UserId
    secret_hash: bytes
    created_at: datetime
    expires_at: datetime
