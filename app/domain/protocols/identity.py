"""People, passwords and permissions."""

from datetime import datetime
from typing import Protocol

from app.core.ids import TokenId, UserId
from app.domain.identity.lockout import LoginFailures
from app.domain.identity.session import MailToken, MailTokenKind, RequiredVersion
from app.domain.identity.user import User


class UserRepository(Protocol):
    """Users, by id or by normalised e-mail."""

    async def add(self, user: User) -> bool:
        """Store a new user; False if the e-mail is taken, in which case nothing is stored."""

    async def by_email(self, email: str) -> User | None:
        """Look up by the exact normalised address."""

    async def hold(self, user_id: UserId) -> User | None:
        """Read and lock the user until the transaction ends: what changes sessions or passwords does this first."""

    async def mark_verified(self, user_id: UserId, at: datetime) -> None: ...

    async def set_password(self, user_id: UserId, password_hash: str, at: datetime) -> None: ...

    async def rename(self, user_id: UserId, name: str | None, at: datetime) -> None: ...

    async def set_access(self, user: User, at: datetime) -> None:
        """Store the user's roles and tier, and whether they are active."""

    async def any_admin(self) -> bool:
        """Whether anybody may administer; one who may keeps that until the transaction ends."""

    async def delete(self, user_id: UserId) -> None:
        """Delete the user and all that is theirs, and erase their personal data from the event log."""


class CredentialReader(Protocol):
    """What a login compares, read before the password is checked and outside any transaction."""

    async def by_email(self, email: str) -> User | None: ...

    async def by_id(self, user_id: UserId) -> User | None: ...


class LoginFailureRepository(Protocol):
    """Wrong passwords by the keyed hash of the address."""

    async def hold(self, email: str) -> LoginFailures:
        """What is counted for the address; nobody else counts for it until the transaction ends."""

    async def save(self, email: str, failures: LoginFailures, at: datetime) -> None: ...

    async def clear(self, email: str) -> None: ...


class MailTokenRepository(Protocol):
    """Tokens sent by mail, each used once."""

    async def add(self, token: MailToken) -> None: ...

    async def consume(self, kind: MailTokenKind, secret_hash: bytes, at: datetime) -> MailToken | None:
        """Use an unused token up and answer it, expired or not; of several at once only one gets it."""

    async def count_since(self, kind: MailTokenKind, user_id: UserId, instant: datetime) -> int:
        """How many were made for the user since then, used ones included."""

    async def void(self, kind: MailTokenKind, user_id: UserId, at: datetime) -> None:
        """Make all of the user's tokens of this kind worthless."""

    async def purge(self, before: datetime) -> int:
        """Delete tokens that expired before that instant; answer how many."""


class TokenVersions(Protocol):
    """Which version of tokens is asked for; raising it ends older ones after a grace period."""

    async def required(self, user_id: UserId) -> RequiredVersion: ...

    async def rotate_all(self, reason: str, at: datetime, grace_seconds: int) -> int:
        """Ask for a newer version of everybody's tokens; answer it."""

    async def rotate(self, user_id: UserId, at: datetime, grace_seconds: int) -> int:
        """Ask for a newer version of one user's tokens; answer it."""


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


class MailSecrets(Protocol):
    """Secrets sent by mail, derived from the id of their row: 64 hex digits."""

    def secret(self, token_id: TokenId) -> str: ...


class Authorizer(Protocol):
    """The permission matrix."""

    def allows(self, roles: tuple[str, ...], resource: str, action: str) -> bool: ...
