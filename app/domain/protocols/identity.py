"""People, passwords, sessions and tokens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.core.ids import SessionId, TokenId, UserId
from app.domain.identity.session import Session, VerificationToken
from app.domain.identity.user import User


class UserRepository(Protocol):
    """Users, by id or by normalised e-mail."""

    async def add(self, user: User) -> bool:
        """Store a new user; False if the e-mail is taken, in which case nothing is stored."""

    async def by_email(self, email: str) -> User | None:
        """Look up by the exact normalised address."""

    async def get(self, user_id: UserId) -> User | None: ...

    async def mark_verified(self, user_id: UserId, at: datetime) -> None: ...

    async def update_password_hash(self, user_id: UserId, password_hash: str) -> None: ...


class VerificationTokenRepository(Protocol):
    """Tokens that prove an e-mail address, each used once."""

    async def add(self, token: VerificationToken) -> None: ...

    async def consume(self, secret_hash: bytes) -> VerificationToken | None:
        """Take the token away and answer it, expired or not; of several at once only one gets it."""

    async def purge(self, before: datetime) -> int:
        """Delete tokens that expired before that instant; answer how many."""


class SessionRepository(Protocol):
    """Logins."""

    async def add(self, session: Session) -> None: ...

    async def purge(self, before: datetime) -> int:
        """Delete sessions that expired before that instant; answer how many."""


class SessionGate(Protocol):
    """The check of every authenticated request that its session has not ended."""

    async def is_live(self, session_id: SessionId, user_id: UserId) -> bool:
        """Whether the session is that user's, not ended, not expired, and the user active. Never fails open."""


class PasswordHasher(Protocol):
    """Argon2id, outside the event loop, a few at a time. Raises `OutOfServiceError` when too many wait."""

    async def hash(self, password: str) -> str: ...

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Compare. Without a hash the same work is done for nothing, so that time tells nobody who exists."""

    def needs_rehash(self, password_hash: str) -> bool:
        """Whether the hash was made with other parameters than today's."""


class CommonPasswords(Protocol):
    """A list of passwords that attackers try first."""

    def contains(self, password: str, *related: str) -> bool: ...


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


class MailTokens(Protocol):
    """Secrets sent by mail, derived from the id of their row: 64 hex digits."""

    def secret(self, token_id: TokenId) -> str: ...


class Authorizer(Protocol):
    """The permission matrix."""

    def allows(self, roles: tuple[str, ...], resource: str, action: str) -> bool: ...
