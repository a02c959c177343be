"""Sessions and the tokens that go with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.core.ids import SessionId, UserId
from app.domain.identity.session import EndReason, RefreshToken, Session
from app.domain.protocols.limits import Allowance, Bucket


class SessionRepository(Protocol):
    """Logins. Whoever adds or ends sessions holds the user first (`UserRepository.hold`)."""

    async def add(self, session: Session) -> None: ...

    async def get(self, session_id: SessionId) -> Session | None: ...

    async def live(self, user_id: UserId, now: datetime) -> list[Session]: ...

    async def end(self, session_ids: Sequence[SessionId], reason: EndReason, at: datetime) -> None:
        """End the sessions that are still going on."""

    async def confirm(self, session_id: SessionId, until: datetime) -> None:
        """Note that the password was given again."""

    async def renew(self, session_id: SessionId, token_version: int, at: datetime) -> None:
        """Note that its tokens were renewed under that version."""

    async def purge(self, before: datetime) -> int:
        """Delete sessions that expired before that instant, with their tokens; answer how many."""


class RefreshTokenRepository(Protocol):
    """The chains of refresh tokens, found by the hash of their secret at a cost that does not grow with the table."""

    async def add(self, token: RefreshToken) -> None: ...

    async def session_of(self, secret_hash: bytes) -> tuple[SessionId, UserId] | None:
        """Whose token it is, to be held before it is judged."""

    async def get(self, secret_hash: bytes) -> RefreshToken | None: ...

    async def use(self, token: RefreshToken, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The roles of someone who has a live session, and what their bucket answered."""

    roles: tuple[str, ...]
    allowance: Allowance


class SessionGate(Protocol):
    """The check of every authenticated request that its session has not ended. Never fails open."""

    async def enter(self, session_id: SessionId, user_id: UserId, bucket: Bucket) -> Entry | None:
        """Let in who has a session that is that user's, live, of an accepted version, the user active; or None.

        Takes the request out of the bucket as well, but nothing where the answer is None: who holds the token of a
        session that ended must not use up what is its owner's.
        """

    async def forget(self, user_id: UserId, session_ids: Sequence[SessionId]) -> None:
        """Have the next request of these sessions asked about anew, in every process.

        Called before a change commits and again after it. Raises `OutOfServiceError` if Redis could not be told; until
        it can, what it remembers ends by itself within half a minute.
        """


class DeviceNames(Protocol):
    """Describes a device by the user agent it names."""

    def describe(self, user_agent: str | None) -> str | None:
        """Something like `Firefox on Linux`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessClaims:
    """What a verified access token says."""

    user_id: UserId
    session_id: SessionId
    roles: tuple[str, ...]
    expires_at: int


class AccessTokens(Protocol):
    """Signed access tokens (JWT, EdDSA, RFC 9068)."""

    seconds: int
    """How long one is valid."""

    def issue(self, claims: AccessClaims) -> str:
        """Sign a token; `expires_at` is an epoch second."""

    def verify(self, token: str) -> AccessClaims | None:
        """The claims of a token that is ours, unaltered and in time; else None."""


class PublicKeys(Protocol):
    """What anybody may know of the keys that sign access tokens."""

    def raw(self) -> Mapping[str, bytes]:
        """Ed25519 public keys, 32 bytes each (RFC 8032), by key id, the current one first."""


class RefreshSecrets(Protocol):
    """Refresh tokens: 256 random bits at login, then each derived from the one before."""

    def first(self) -> str: ...

    def successors(self, secret: str) -> list[str]:
        """What follows the secret under every key still known, the current key's first."""
